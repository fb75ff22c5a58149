-- name: create_broadcast
-- The template and the segment or list are named by key and must belong to the workspace. Row insert; unique keys of
-- the rooms.
INSERT INTO messaging_broadcast (
    workspace_id, key, name, template_id, segment_id, list_id, topic, state, rate_per_minute, audience_cursor, created_at)
SELECT t.workspace_id, %(key)s::text, %(name)s::jsonb, t.id, s.id, l.id, %(topic)s::text, 'draft',
       %(rate_per_minute)s::integer, 0, %(now)s::timestamptz
FROM content_template t
LEFT JOIN segments_segment s ON s.workspace_id = t.workspace_id AND s.key = %(segment)s::text
LEFT JOIN segments_list l ON l.workspace_id = t.workspace_id AND l.key = %(list)s::text
WHERE t.workspace_id = %(workspace_id)s::integer AND t.key = %(template)s::text AND t.archived_at IS NULL
  AND (s.id IS NULL) <> (l.id IS NULL)
ON CONFLICT (workspace_id, key) DO NOTHING
RETURNING id

-- name: broadcast_parts
-- Which of the parts of a broadcast are there. Unique keys of the rooms.
SELECT EXISTS (SELECT FROM content_template
               WHERE workspace_id = %(workspace_id)s::integer AND key = %(template)s::text AND archived_at IS NULL),
       EXISTS (SELECT FROM segments_segment
               WHERE workspace_id = %(workspace_id)s::integer AND key = %(segment)s::text),
       EXISTS (SELECT FROM segments_list
               WHERE workspace_id = %(workspace_id)s::integer AND key = %(list)s::text)

-- name: lock_broadcast
-- One change of state at a time. Row lock; messaging_broadcast_key_uq.
SELECT b.id, b.state, t.key, t.current_version_id, s.key, s.state, l.key, b.rate_per_minute, b.begins_at IS NOT NULL
FROM messaging_broadcast b
LEFT JOIN content_template t ON t.id = b.template_id
LEFT JOIN segments_segment s ON s.id = b.segment_id
LEFT JOIN segments_list l ON l.id = b.list_id
WHERE b.workspace_id = %(workspace_id)s::integer AND b.key = %(key)s::text
FOR UPDATE OF b

-- name: schedule_broadcast
-- The version of the template is fixed here. At everybody's own time it begins where that clock shows it first, of the
-- zones that the workspace's people are in. Row lock; primary key; for local time one scan of the profiles.
UPDATE messaging_broadcast b
SET state = 'scheduled', scheduled_at = %(at)s::timestamptz, template_version_id = %(template_version_id)s::bigint,
    begins_at = CASE WHEN %(local)s::boolean THEN (
        SELECT min(%(at)s::timestamptz AT TIME ZONE w.timezone AT TIME ZONE there.zone)
        FROM accounts_workspace w
        CROSS JOIN LATERAL (SELECT w.timezone AS zone
                            UNION SELECT p.timezone FROM profiles_profile p
                                  WHERE p.workspace_id = w.id AND p.timezone IS NOT NULL AND p.erased_at IS NULL) there
        WHERE w.id = b.workspace_id) END
WHERE b.id = %(id)s::bigint

-- name: set_broadcast_state
-- Row lock; primary key.
UPDATE messaging_broadcast
SET state = %(state)s::text, finished_at = coalesce(%(finished_at)s::timestamptz, finished_at),
    next_available_at = NULL
WHERE id = %(id)s::bigint

-- name: set_broadcast_rate
-- Row lock; primary key. What was paced already keeps its pace: at most one chunk.
UPDATE messaging_broadcast SET rate_per_minute = %(rate_per_minute)s::integer
WHERE id = %(id)s::bigint

-- name: park_messages
-- A paused broadcast's messages fall due never; nothing else about them changes. Row locks; messaging_message_open_ix.
UPDATE messaging_message SET available_at = 'infinity', reason = 'paused'
WHERE broadcast_id = %(id)s::bigint AND state = 'reserved'

-- name: unpark_messages
-- They fall due at once, or at their own time; the gate looks at caps and quiet hours anew. Row locks;
-- messaging_message_open_ix.
UPDATE messaging_message m
SET available_at = CASE WHEN b.begins_at IS NULL THEN %(now)s::timestamptz
                        ELSE greatest(%(now)s::timestamptz, messaging_local_time(b.scheduled_at, m.profile_id)) END,
    reason = NULL
FROM messaging_broadcast b
WHERE b.id = %(id)s::bigint AND m.broadcast_id = b.id AND m.state = 'reserved' AND m.reason = 'paused'

-- name: cancel_broadcast_messages
-- What nobody has taken yet. Row locks on at most `limit` rows; messaging_message_open_ix.
UPDATE messaging_message SET state = 'held', reason = 'cancelled'
WHERE id IN (SELECT id FROM messaging_message
             WHERE broadcast_id = %(id)s::bigint AND state = 'reserved'
             LIMIT %(limit)s::integer FOR UPDATE)
RETURNING id

-- name: due_broadcasts
-- Scheduled ones whose time has come begin. Row locks; few rows.
UPDATE messaging_broadcast SET state = 'sending', started_at = %(now)s::timestamptz
WHERE state = 'scheduled' AND coalesce(begins_at, scheduled_at) <= %(now)s::timestamptz

-- name: broadcasts_short
-- Broadcasts with audience left and fewer than `low` messages ready to be taken. Row locks, taken by one sender at a
-- time; the count stops at `low` and is served by messaging_message_open_ix.
SELECT b.id FROM messaging_broadcast b
WHERE b.state = 'sending' AND b.audience_done_at IS NULL
  AND (b.next_available_at IS NULL OR b.next_available_at <= %(now)s::timestamptz + interval '10 seconds')
  AND (SELECT count(*) FROM (
          SELECT FROM messaging_message m
          WHERE m.broadcast_id = b.id AND m.state IN ('reserved', 'sending') AND m.state = 'reserved'
            AND m.available_at <= %(now)s::timestamptz
          LIMIT %(low)s::integer) ready) < %(low)s::integer
ORDER BY b.id
FOR UPDATE OF b SKIP LOCKED

-- name: reserve_chunk
-- The next people of the audience, in the order of their ids, each once: the unique key, and for merged people a look
-- at what they already have. Somebody merged may still stand in a segment, and keeps her row on a list: it stands for
-- whom she became. With a rate, each is due a step after the one before; at everybody's own time, when the clock there
-- shows it. Inserts at most `limit` rows. The chunk is
-- cut where it is read, so that it costs the same whatever the audience: from the primary keys of segments_membership
-- or segments_list_member, in their order (sorting what is left of 100,000 took half a second a chunk);
-- messaging_message_profile_ix.
WITH chunk AS MATERIALIZED (
    SELECT b.segment_id, b.list_id, b.audience_cursor,
           CASE WHEN b.rate_per_minute IS NULL THEN %(limit)s::integer
                ELSE least(%(limit)s::integer, greatest(1, b.rate_per_minute / 6)) END AS size
    FROM messaging_broadcast b WHERE b.id = %(id)s::bigint
), member AS MATERIALIZED (
    SELECT a.profile_id, row_number() OVER (ORDER BY a.profile_id) AS position
    FROM (
        (SELECT s.profile_id FROM segments_membership s
         WHERE s.segment_id = (SELECT c.segment_id FROM chunk c)
           AND s.profile_id > (SELECT c.audience_cursor FROM chunk c)
         ORDER BY s.profile_id LIMIT (SELECT c.size FROM chunk c))
        UNION ALL
        (SELECT l.profile_id FROM segments_list_member l
         WHERE l.list_id = (SELECT c.list_id FROM chunk c)
           AND l.profile_id > (SELECT c.audience_cursor FROM chunk c)
         ORDER BY l.profile_id LIMIT (SELECT c.size FROM chunk c))
    ) AS a
), audience AS MATERIALIZED (
    SELECT CASE WHEN p.merged_into_id IS NULL THEN p.id ELSE profiles_home(p.id) END AS profile_id, m.position
    FROM member m JOIN profiles_profile p ON p.id = m.profile_id
    WHERE p.erased_at IS NULL
), pace AS (
    SELECT greatest(%(now)s::timestamptz, coalesce(next_available_at, %(now)s::timestamptz)) AS begins,
           coalesce(interval '1 minute' / rate_per_minute, interval '0') AS step
    FROM messaging_broadcast WHERE id = %(id)s::bigint
), reserved AS (
    INSERT INTO messaging_message (
        workspace_id, shard, profile_id, origin_profile_id, lane, channel, purpose, topic, template_version_id,
        broadcast_id, state, available_at, reserved_at)
    SELECT b.workspace_id, a.profile_id %% 64, a.profile_id, a.profile_id, 2, 'email', 'marketing', b.topic,
           b.template_version_id, b.id, 'reserved',
           CASE WHEN b.begins_at IS NULL THEN pace.begins + (a.position - 1) * pace.step
                ELSE greatest(pace.begins, messaging_local_time(b.scheduled_at, a.profile_id)) END,
           %(now)s::timestamptz
    FROM audience a CROSS JOIN pace
    JOIN messaging_broadcast b ON b.id = %(id)s::bigint
    WHERE NOT EXISTS (SELECT FROM messaging_message m WHERE m.profile_id = a.profile_id AND m.broadcast_id = b.id)
    ON CONFLICT DO NOTHING
    RETURNING 1
), seen AS (
    SELECT count(*) AS people, max(m.profile_id) AS last FROM member m
)
UPDATE messaging_broadcast b
SET audience_cursor = coalesce(seen.last, b.audience_cursor),
    audience_done_at = CASE WHEN seen.people = 0 THEN %(now)s::timestamptz END,
    next_available_at = CASE WHEN b.rate_per_minute IS NOT NULL THEN pace.begins + seen.people * pace.step END
FROM seen, pace
WHERE b.id = %(id)s::bigint
RETURNING (SELECT count(*) FROM reserved)

-- name: finish_broadcasts
-- Those whose whole audience is settled. Row locks; messaging_message_open_ix.
UPDATE messaging_broadcast b SET state = 'finished', finished_at = %(now)s::timestamptz
WHERE b.state = 'sending' AND b.audience_done_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM messaging_message m
                  WHERE m.broadcast_id = b.id AND m.state IN ('reserved', 'sending'))

-- name: next_broadcast
-- When a broadcast next needs looking at: its schedule, or its pace. Few rows.
SELECT min(CASE WHEN state = 'scheduled' THEN coalesce(begins_at, scheduled_at) ELSE next_available_at - interval '10 seconds' END)
FROM messaging_broadcast
WHERE state = 'scheduled' OR (state = 'sending' AND audience_done_at IS NULL)

-- name: list_broadcasts
-- Newest first; one page. Reads only.
SELECT b.id, b.workspace_id, b.key, b.name, coalesce(t.key, ''), s.key, l.key, b.topic, b.state,
       b.rate_per_minute, b.scheduled_at, b.begins_at IS NOT NULL, b.started_at, b.finished_at, b.created_at
FROM messaging_broadcast b
LEFT JOIN content_template t ON t.id = b.template_id
LEFT JOIN segments_segment s ON s.id = b.segment_id
LEFT JOIN segments_list l ON l.id = b.list_id
WHERE b.workspace_id = %(workspace_id)s::integer
  AND (%(key)s::text IS NULL OR b.key = %(key)s::text)
  AND (%(before)s::bigint IS NULL OR b.id < %(before)s::bigint)
ORDER BY b.id DESC LIMIT %(limit)s::integer

-- name: broadcasts_using
-- The broadcasts that are not over and go to a segment or a list. Few rows; messaging_broadcast_key_uq.
SELECT b.key FROM messaging_broadcast b
LEFT JOIN segments_segment s ON s.id = b.segment_id
LEFT JOIN segments_list l ON l.id = b.list_id
WHERE b.workspace_id = %(workspace_id)s::integer AND b.state IN ('draft', 'scheduled', 'sending', 'paused')
  AND CASE %(kind)s::text WHEN 'segment' THEN s.key ELSE l.key END = %(key)s::text
ORDER BY b.key

-- name: count_broadcast_messages
-- By state, for some broadcasts. Served by messaging_message_broadcast_uq.
SELECT broadcast_id, state, count(*) FROM messaging_message
WHERE broadcast_id = ANY(%(ids)s::bigint[]) GROUP BY broadcast_id, state
