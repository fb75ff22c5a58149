-- name: lock_gate
-- One gate at a time for a group of shards, so that caps count exactly whatever the number of senders. Advisory
-- locks until the end of the transaction (a few ms); a group that another sender holds now is left for the next pass.
SELECT g.number FROM generate_series(0, 15) AS g (number)
WHERE pg_try_advisory_xact_lock(%(space)s::integer, g.number)

-- name: claim_messages
-- The next messages of one lane, oldest first, at most one marketing message of each person (of several the one of the
-- highest priority), so that caps can be decided for the whole batch at once, and no more of a workspace than its account
-- can take soon. Row locks on what is taken (rows that others lock are passed over); messaging_message_ready_ix. The
-- lease runs on the server's own clock.
WITH ready AS (
    SELECT m.id, m.workspace_id, m.profile_id, m.purpose = 'transactional' AS exempt, m.priority, m.available_at
    FROM messaging_message m
    WHERE m.state = 'reserved' AND m.lane = %(lane)s::smallint AND m.available_at <= %(now)s::timestamptz
      AND m.shard %% 16 = ANY(%(groups)s::integer[])
      AND m.workspace_id <> ALL(%(full)s::integer[])
    ORDER BY m.lane, m.available_at, m.id
    LIMIT %(limit)s::integer
    FOR UPDATE SKIP LOCKED
), free AS (
    SELECT id, workspace_id, available_at,
           CASE WHEN exempt THEN 1 ELSE row_number() OVER (
               PARTITION BY profile_id, exempt ORDER BY priority DESC, available_at, id) END AS turn
    FROM ready
    WHERE exempt OR NOT profile_id = ANY(%(except_profiles)s::bigint[])
), taken AS (
    SELECT id, workspace_id, row_number() OVER (PARTITION BY workspace_id ORDER BY available_at, id) AS place
    FROM free WHERE turn = 1
), quota AS (
    SELECT * FROM unnest(%(limited)s::integer[], %(quotas)s::integer[]) AS q (workspace_id, most)
)
UPDATE messaging_message m
SET state = 'sending', reason = NULL, lease_owner = %(owner)s::text,
    lease_until = clock_timestamp() + %(lease)s::interval
FROM taken t LEFT JOIN quota q ON q.workspace_id = t.workspace_id
WHERE m.id = t.id AND (q.most IS NULL OR t.place <= q.most)
RETURNING m.id, m.profile_id, m.purpose

-- name: rehome_messages
-- The person was merged a moment ago and the tick has not moved her messages yet: move these now and look again on the
-- next pass (the winner may belong to another group of shards). Row locks; primary keys.
UPDATE messaging_message m
SET profile_id = p.merged_into_id, shard = p.merged_into_id %% 64, state = 'reserved', lease_owner = NULL,
    lease_until = NULL
FROM profiles_profile p
WHERE m.id = ANY(%(ids)s::bigint[]) AND p.id = m.profile_id AND p.merged_into_id IS NOT NULL

-- name: batch_policies
-- The hours that the batch's workspaces keep. Primary keys, no lock.
SELECT q.workspace_id, q.quiet_hours, q.windows, w.timezone
FROM messaging_policy q JOIN accounts_workspace w ON w.id = q.workspace_id
WHERE q.workspace_id IN (SELECT m.workspace_id FROM messaging_message m
                         WHERE m.id = ANY(%(ids)s::bigint[]) AND m.purpose <> 'transactional')
  AND (q.quiet_hours <> '{}'::jsonb OR q.windows <> '[]'::jsonb)

-- name: batch_places
-- Where the people of the batch are, in the workspaces that keep hours. Primary keys, no lock.
SELECT m.id, m.workspace_id, m.channel, coalesce(p.timezone, ''),
       coalesce(p.traits ->> 'country', p.traits #>> '{address,country}', ''),
       coalesce(p.traits ->> 'city', p.traits #>> '{address,city}', '')
FROM messaging_message m JOIN profiles_profile p ON p.id = m.profile_id
WHERE m.id = ANY(%(ids)s::bigint[]) AND m.state = 'sending' AND m.purpose <> 'transactional'
  AND m.workspace_id = ANY(%(workspaces)s::integer[])

-- name: judge_messages
-- The policy gate: for each claimed message the first reason why it may not leave now, if any. What may never leave is
-- held; what may leave later falls due again at that exact moment. Transactional messages are exempt from permission,
-- hours and caps, never from suppression (the address of somebody who was erased is closed to marketing only, since
-- she may come back and buy). `hours` says what the clocks and calendars of the person's place say: what is
-- put off waits for the last of them. Permission is consent's rule: the whole channel is not denied, and the
-- topic is granted, or has no state and the whole channel is granted. A cap is full while `limit` other marketing
-- messages were sent in its window or are being sent now, and frees when the limit-th newest leaves the window. Where it
-- has room only for as many messages of higher priority as wait for the person, or will within `hold`, the others wait
-- until these have had their turn; who has no other message (`rivalled`), which is nearly everyone of a broadcast, is
-- not asked about caps. The workspace's holdout (md5(salt:profile) modulo 10,000, as in a journey's) comes
-- after permission, so that who is held out could have been written to.
-- Row locks on what is refused (already held by the claim); primary keys, messaging_message_profile_ix.
-- relation hours: message_id bigint, quiet_until timestamptz, quiet_drops boolean, window_until timestamptz, window_drops boolean, calendar text, place text
WITH cap AS MATERIALIZED (
    SELECT q.workspace_id, c.channel, c."limit" AS most, c.window_hours * interval '1 hour' AS span,
           c.action = 'drop' AS drops
    FROM messaging_policy q
    CROSS JOIN LATERAL jsonb_to_recordset(q.caps)
        AS c (channel text, "limit" integer, window_hours integer, action text)
), person AS MATERIALIZED (
    SELECT m.id, m.workspace_id, m.profile_id, m.channel, m.topic, m.priority,
           m.purpose = 'transactional' AS exempt,
           ('x' || left(md5((w.settings #>> '{holdout,salt}') || ':' || m.profile_id), 8))::bit(32)::bigint %% 10000
               < (w.settings #>> '{holdout,share}')::integer AS held_out,
           p.id IS NULL OR p.erased_at IS NOT NULL AS gone,
           CASE m.channel WHEN 'email' THEN lower(btrim(p.email)) WHEN 'sms' THEN p.phone END AS address,
           CASE m.channel WHEN 'email' THEN 'email' ELSE 'phone' END AS kind,
           EXISTS (SELECT FROM messaging_message o
                   WHERE o.profile_id = m.profile_id AND o.id <> m.id
                     AND (o.sent_at IS NULL OR o.sent_at > %(now)s::timestamptz - (SELECT max(span) FROM cap))) AS rivalled
    FROM messaging_message m
    LEFT JOIN profiles_profile p ON p.id = m.profile_id AND p.workspace_id = m.workspace_id
    LEFT JOIN accounts_workspace w ON w.id = m.workspace_id
    WHERE m.id = ANY(%(ids)s::bigint[]) AND m.lease_owner IS NOT NULL
), seen AS (
    SELECT person.id,
           CASE
               WHEN gone THEN 'no_profile'
               WHEN coalesce(address, '') = '' THEN 'no_address'
               WHEN person.channel = 'email' AND (length(address) > 254 OR address !~ %(address_pattern)s::text)
                   THEN 'invalid_address'
               WHEN EXISTS (SELECT FROM messaging_suppression s
                            WHERE s.workspace_id = person.workspace_id AND s.channel = person.channel
                              AND s.address = person.address) THEN 'suppressed'
               WHEN exempt THEN NULL
               WHEN EXISTS (SELECT FROM consent_erased_address e
                            WHERE e.workspace_id = person.workspace_id
                              AND e.kind = person.kind
                              AND e.digest = sha256(%(digest_outer)s::bytea || sha256(%(digest_inner)s::bytea
                                  || convert_to(person.workspace_id || ' ' || person.kind || ' ' || person.address,
                                                'UTF8'))))
                   THEN 'suppressed'
               WHEN NOT coalesce(whole.state IS DISTINCT FROM 'denied' AND coalesce(topical.state, whole.state) = 'granted',
                                 false) THEN 'no_consent'
               WHEN held_out THEN 'holdout'
               WHEN hours.quiet_until IS NOT NULL THEN 'quiet_hours'
               WHEN hours.window_until IS NOT NULL THEN 'sending_window'
               WHEN closed.ends_at IS NOT NULL THEN 'rest_day'
               WHEN filled.frees_at IS NOT NULL THEN 'capped'
               WHEN rivals.until IS NOT NULL THEN 'outranked'
           END AS reason,
           greatest(hours.quiet_until, hours.window_until, closed.ends_at) AS opens_at,
           hours.quiet_until IS NOT NULL AND hours.quiet_drops
               OR coalesce(hours.window_until, closed.ends_at) IS NOT NULL AND hours.window_drops AS hours_drop,
           filled.frees_at, filled.drops AS cap_drops, rivals.until AS their_turn_ends
    FROM person
    LEFT JOIN consent_state whole
           ON whole.profile_id = person.profile_id AND whole.channel = person.channel AND whole.topic = ''
    LEFT JOIN consent_state topical
           ON topical.profile_id = person.profile_id AND topical.channel = person.channel
          AND topical.topic = person.topic
    LEFT JOIN {hours} hours ON hours.message_id = person.id AND NOT exempt
    LEFT JOIN LATERAL (
        SELECT max(c.ends_at) AS ends_at FROM messaging_closing c
        WHERE c.calendar = hours.calendar AND c.place = hours.place
          AND c.starts_at <= %(now)s::timestamptz AND c.ends_at > %(now)s::timestamptz) closed ON true
    LEFT JOIN LATERAL (
        SELECT max(newest.sent_at + cap.span) AS frees_at, bool_or(cap.drops) AS drops
        FROM cap
        CROSS JOIN LATERAL (
            SELECT coalesce(o.sent_at, %(now)s::timestamptz) AS sent_at
            FROM messaging_message o
            WHERE o.profile_id = person.profile_id AND o.id <> person.id AND o.purpose <> 'transactional'
              AND (cap.channel = '' OR o.channel = cap.channel)
              AND (o.sent_at > %(now)s::timestamptz - cap.span OR (o.sent_at IS NULL AND o.state = 'sending'))
            ORDER BY 1 DESC OFFSET cap.most - 1 LIMIT 1) newest
        WHERE cap.workspace_id = person.workspace_id AND person.rivalled) filled ON NOT exempt
    LEFT JOIN LATERAL (
        SELECT max(greatest(others.last_at, %(now)s::timestamptz)) + interval '1 minute' AS until
        FROM cap
        CROSS JOIN LATERAL (
            SELECT count(*) AS messages, max(o.available_at) FILTER (WHERE o.state = 'reserved') AS last_at
            FROM messaging_message o
            WHERE o.profile_id = person.profile_id AND o.id <> person.id AND o.purpose <> 'transactional'
              AND (cap.channel = '' OR o.channel = cap.channel)
              AND (o.sent_at > %(now)s::timestamptz - cap.span OR o.sent_at IS NULL AND (
                       o.state = 'sending' OR o.state = 'reserved' AND o.priority > person.priority
                       AND o.available_at <= %(now)s::timestamptz + %(hold)s::interval))) others
        WHERE cap.workspace_id = person.workspace_id AND person.rivalled AND others.last_at IS NOT NULL
          AND others.messages >= cap.most) rivals ON NOT exempt
), refused AS (
    SELECT id, reason,
           CASE WHEN reason IN ('quiet_hours', 'sending_window', 'rest_day') AND NOT hours_drop THEN opens_at
                WHEN reason = 'capped' AND NOT cap_drops THEN frees_at
                WHEN reason = 'outranked' THEN their_turn_ends END AS later
    FROM seen WHERE reason IS NOT NULL
)
UPDATE messaging_message m
SET state = CASE WHEN r.later IS NULL THEN 'held' ELSE 'reserved' END, reason = r.reason,
    available_at = coalesce(r.later, m.available_at), lease_owner = NULL, lease_until = NULL
FROM refused r
WHERE m.id = r.id
RETURNING m.id, m.state, m.reason

-- name: holdout_exposures
-- The first message of a journey, or of a broadcast, that the workspace's holdout kept from each person: her exposure.
-- Primary keys; messaging_message_profile_ix.
SELECT m.workspace_id, m.profile_id, 'Holdout Exposed' AS name, %(exposed_at)s::timestamptz AS occurred_at,
       jsonb_strip_nulls(jsonb_build_object(
           'journey', m.context ->> 'journey', 'broadcast', b.key, 'run_id', m.run_id,
           'facts', jsonb_build_object('of', 'workspace', 'message_id', m.id))) AS properties
FROM messaging_message m LEFT JOIN messaging_broadcast b ON b.id = m.broadcast_id
WHERE m.id = ANY(%(exposed_ids)s::bigint[]) AND NOT EXISTS (
    SELECT FROM messaging_message o
    WHERE o.profile_id = m.profile_id AND o.id < m.id AND o.state = 'held' AND o.reason = 'holdout'
      AND o.broadcast_id IS NOT DISTINCT FROM m.broadcast_id
      AND o.context ->> 'journey' IS NOT DISTINCT FROM m.context ->> 'journey')

-- name: load_messages
-- What the sender needs to write the batch's messages, of those that are still leased (see settle_messages for why not
-- by their state). Primary keys, no lock.
SELECT m.id, m.workspace_id, m.profile_id, m.lane, m.channel, m.purpose, m.topic, m.template_version_id,
       coalesce(b.key, m.context ->> 'journey'), m.context, m.attempts, m.uncertain,
       CASE m.channel WHEN 'email' THEN btrim(p.email) WHEN 'sms' THEN p.phone END,
       coalesce(p.language, w.default_language), p.timezone, p.phone, p.traits
FROM messaging_message m
JOIN profiles_profile p ON p.id = m.profile_id
JOIN accounts_workspace w ON w.id = m.workspace_id
LEFT JOIN messaging_broadcast b ON b.id = m.broadcast_id
WHERE m.id = ANY(%(ids)s::bigint[]) AND m.lease_owner IS NOT NULL

-- name: next_message
-- When the first message that waits falls due, by lane. messaging_message_ready_ix.
SELECT min(first.available_at)
FROM generate_series(0, 2) AS l (lane)
CROSS JOIN LATERAL (
    SELECT m.available_at FROM messaging_message m
    WHERE m.state = 'reserved' AND m.lane = l.lane AND m.available_at < 'infinity'
    ORDER BY m.available_at LIMIT 1) first
