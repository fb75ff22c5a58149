-- name: reserve_messages
-- The only way into the ledger for sets. A row that is there already (same run, node and occurrence) is left alone, so a
-- repeated tick reserves nothing twice. Row inserts only; the partial unique indexes decide.
-- relation reservations: workspace_id integer, profile_id bigint, lane smallint, channel text, purpose text, topic text, priority smallint, template_version_id bigint, run_id bigint, node text, occurrence integer, context jsonb, available_at timestamptz
INSERT INTO messaging_message (
    workspace_id, shard, profile_id, origin_profile_id, lane, channel, purpose, topic, priority, template_version_id,
    run_id, node, occurrence, context, state, available_at, reserved_at)
SELECT r.workspace_id, r.profile_id %% 64, r.profile_id, r.profile_id, r.lane, r.channel, r.purpose, r.topic,
       r.priority, r.template_version_id, r.run_id, r.node, r.occurrence, r.context, 'reserved', r.available_at,
       %(now)s::timestamptz
FROM {reservations} r
ON CONFLICT DO NOTHING

-- name: reserve_request
-- One message asked for by a program; its request key makes asking twice harmless. The person and the template version
-- must belong to the workspace. Served by the primary keys and messaging_message_request_uq.
INSERT INTO messaging_message (
    workspace_id, shard, profile_id, origin_profile_id, lane, channel, purpose, topic, template_version_id,
    request_key, context, state, available_at, reserved_at)
SELECT p.workspace_id, p.id %% 64, p.id, p.id, %(lane)s::smallint, %(channel)s::text, %(purpose)s::text,
       %(topic)s::text, v.id, %(request_key)s::text, %(context)s::jsonb, 'reserved', %(now)s::timestamptz,
       %(now)s::timestamptz
FROM profiles_profile p
JOIN content_template_version v ON v.id = %(template_version_id)s::bigint AND v.workspace_id = p.workspace_id
WHERE p.id = %(profile_id)s::bigint AND p.workspace_id = %(workspace_id)s::integer
  AND p.merged_into_id IS NULL AND p.erased_at IS NULL
ON CONFLICT (workspace_id, request_key) WHERE request_key IS NOT NULL DO NOTHING
RETURNING id

-- name: find_request
-- The message of an earlier request; a statement of its own, so that it sees what the insert waited for.
-- Served by messaging_message_request_uq.
SELECT id FROM messaging_message
WHERE workspace_id = %(workspace_id)s::integer AND request_key = %(request_key)s::text

-- name: template_version_exists
-- Tells which of the two was missing when nothing was reserved. Primary key.
SELECT EXISTS (
    SELECT FROM content_template_version
    WHERE id = %(template_version_id)s::bigint AND workspace_id = %(workspace_id)s::integer)

-- name: cancel_run_messages
-- What ended runs had reserved but nobody has taken yet. Row locks on those; served by messaging_message_run_uq.
-- relation runs: run_id bigint
UPDATE messaging_message SET state = 'held', reason = 'cancelled'
WHERE run_id IN (SELECT r.run_id FROM {runs} r) AND state = 'reserved'
RETURNING id

-- name: message_events
-- What is logged about messages: name by state unless one is given. Reads only; primary keys.
SELECT m.workspace_id, m.profile_id,
       coalesce(%(log_name)s::text,
                CASE m.state WHEN 'sent' THEN 'Message Sent' WHEN 'held' THEN 'Message Held'
                             ELSE CASE m.reason WHEN 'bounced' THEN 'Message Bounced' ELSE 'Message Failed' END END
       ) AS name,
       %(log_at)s::timestamptz AS occurred_at,
       jsonb_strip_nulls(jsonb_build_object(
           'message_id', m.id, 'channel', m.channel, 'topic', m.topic, 'template', t.key,
           'journey', m.context ->> 'journey', 'run_id', m.run_id, 'node', m.node, 'broadcast', b.key,
           'reason', CASE WHEN m.state IN ('held', 'failed') THEN m.reason END,
           'uncertain', nullif(m.uncertain, false))) || %(log_more)s::jsonb AS properties
FROM messaging_message m
LEFT JOIN content_template_version v ON v.id = m.template_version_id
LEFT JOIN content_template t ON t.id = v.template_id
LEFT JOIN messaging_broadcast b ON b.id = m.broadcast_id
WHERE m.id = ANY(%(log_ids)s::bigint[])
