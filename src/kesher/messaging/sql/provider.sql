-- name: save_provider
-- One account of a channel under a name. Row lock; messaging_provider_name_uq. A secret that is not given stays.
INSERT INTO messaging_provider (workspace_id, channel, kind, name, settings, secret, rate_per_second, enabled)
VALUES (%(workspace_id)s::integer, %(channel)s::text, %(kind)s::text, %(name)s::text, %(settings)s::jsonb,
        %(secret)s::bytea, %(rate_per_second)s::float8, %(enabled)s::boolean)
ON CONFLICT (workspace_id, channel, name) DO UPDATE
SET kind = excluded.kind, settings = excluded.settings, rate_per_second = excluded.rate_per_second,
    secret = coalesce(excluded.secret, messaging_provider.secret), enabled = excluded.enabled
RETURNING id

-- name: delete_provider
-- Row delete; messaging_provider_name_uq. Messages keep the number of the account by which they left.
DELETE FROM messaging_provider
WHERE workspace_id = %(workspace_id)s::integer AND channel = %(channel)s::text AND name = %(name)s::text

-- name: list_providers
-- Without the secret. Few rows.
SELECT id, workspace_id, channel, kind, name, settings, secret IS NOT NULL, rate_per_second, enabled
FROM messaging_provider WHERE workspace_id = %(workspace_id)s::integer ORDER BY channel, id

-- name: load_accounts
-- The first enabled account of each workspace and channel, with its secret, for the sender only. Few rows.
SELECT DISTINCT ON (workspace_id, channel) workspace_id, channel, id, kind, name, settings, secret, rate_per_second
FROM messaging_provider WHERE enabled ORDER BY workspace_id, channel, id

-- name: find_account
-- The first enabled account for e-mail of one workspace, with its secret: what the sender would choose. Few rows.
SELECT id, kind, name, settings, secret, rate_per_second
FROM messaging_provider WHERE workspace_id = %(workspace_id)s::integer AND channel = 'email' AND enabled
ORDER BY id LIMIT 1

-- name: hold_tests
-- One test at a time in a workspace; it is held while the mail server is spoken to, so it must be no row that others
-- write, and taking it must not make the transaction one that the log's readers wait for. False: another is on its way.
SELECT pg_try_advisory_xact_lock(%(space)s::integer, %(workspace_id)s::integer)

-- name: count_tests
-- How many tests a workspace sent in an hour. No locks; primary key.
SELECT sent FROM messaging_test_count WHERE workspace_id = %(workspace_id)s::integer AND hour = %(hour)s::timestamptz

-- name: add_test
-- One more in this hour; an hour that has passed is forgotten. Row lock; primary key.
INSERT INTO messaging_test_count (workspace_id, hour, sent)
VALUES (%(workspace_id)s::integer, %(hour)s::timestamptz, 1)
ON CONFLICT (workspace_id) DO UPDATE
SET sent = CASE WHEN messaging_test_count.hour = excluded.hour THEN messaging_test_count.sent + 1 ELSE 1 END,
    hour = excluded.hour
