-- name: has_merges
-- Whether the slice holds merges, or undone ones, at all; most do not. Temporary table.
SELECT EXISTS (
    SELECT FROM events_slice s WHERE s.type = 'system' AND s.name IN ('Profile Merged', 'Profile Merge Undone')
)

-- name: follow_merges
-- A merged profile's memberships go to the winner, so that nobody enters a segment she was in (the winner is then
-- looked at for all segments); its timers vanish; its lists are copied, since an undone merge gives them back. The
-- event's profile_id follows later merges, loser_id does not. Row locks on both profiles' rows; profile indexes.
WITH merged AS MATERIALIZED (
    SELECT DISTINCT (s.properties ->> 'loser_id')::bigint AS loser_id, s.profile_id AS winner_id
    FROM events_slice s
    JOIN profiles_profile l ON l.id = (s.properties ->> 'loser_id')::bigint AND l.merged_into_id IS NOT NULL
    WHERE s.type = 'system' AND s.name = 'Profile Merged'
), gone AS (
    DELETE FROM segments_membership m USING merged g WHERE m.profile_id = g.loser_id
    RETURNING m.segment_id, m.workspace_id, m.entered_at, g.winner_id
), timers AS (
    DELETE FROM segments_timer t USING merged g WHERE t.profile_id = g.loser_id
), known AS (
    DELETE FROM segments_known_profile k USING merged g WHERE k.profile_id = g.loser_id
), lists AS (
    INSERT INTO segments_list_member (list_id, profile_id, workspace_id, shard, added_at, origin_profile_id)
    SELECT DISTINCT ON (m.list_id, g.winner_id)
        m.list_id, g.winner_id, m.workspace_id, g.winner_id %% %(shard_count)s::int, m.added_at, g.loser_id
    FROM segments_list_member m JOIN merged g ON m.profile_id = g.loser_id
    ORDER BY m.list_id, g.winner_id, m.added_at
    ON CONFLICT (list_id, profile_id) DO NOTHING
)
INSERT INTO segments_membership (segment_id, profile_id, workspace_id, shard, entered_at)
SELECT segment_id, winner_id, min(workspace_id), winner_id %% %(shard_count)s::int, min(entered_at)
FROM gone GROUP BY segment_id, winner_id ORDER BY segment_id, winner_id
ON CONFLICT (segment_id, profile_id) DO UPDATE SET entered_at = least(segments_membership.entered_at, excluded.entered_at)

-- name: undo_lists
-- A merge undone: what the winner got from the loser's lists goes; the loser kept her own rows. Primary keys.
DELETE FROM segments_list_member m
USING events_slice s, profiles_profile l
WHERE s.type = 'system' AND s.name = 'Profile Merge Undone'
  AND l.id = (s.properties ->> 'loser_id')::bigint AND l.merged_into_id IS NULL
  AND m.profile_id = (s.properties ->> 'winner_id')::bigint AND m.origin_profile_id = l.id

-- name: seen_in_slice
-- What the slice holds of each kind that a rule can depend on. An identify touches the traits that it names, and
-- language and timezone always (the device's hints fill them). Temporary table.
SELECT s.workspace_id, s.profile_id, 'event' AS kind, s.name FROM events_slice s
UNION
SELECT s.workspace_id, s.profile_id, 'trait', k.name FROM events_slice s
CROSS JOIN LATERAL (
    SELECT jsonb_object_keys(s.properties) AS name UNION ALL VALUES ('language'), ('timezone')
) k
WHERE s.type = 'identify'
UNION
SELECT s.workspace_id, s.profile_id, 'consent', s.properties ->> 'channel' FROM events_slice s
WHERE s.type = 'system' AND s.name IN ('Consent Given', 'Consent Withdrawn', 'Consent Requested')
UNION
SELECT s.workspace_id, s.profile_id, 'list', s.properties ->> 'list' FROM events_slice s
WHERE s.type = 'system' AND s.name IN ('List Joined', 'List Left')
UNION
SELECT s.workspace_id, s.profile_id, 'object', s.properties ->> 'kind' FROM events_slice s
WHERE s.type = 'system' AND s.name IN ('Object Related', 'Object Unrelated', 'Object Changed')

-- name: touch_by_events
-- Which (segment, profile) pairs the slice makes worth a look. A new profile is tried on the rules that hold for a
-- stranger, whoever was merged or parted on all. Primary keys of segments_dependency and segments_known_profile: most
-- are known, and a look costs a third of an attempt to write.
-- relation seen: workspace_id int, profile_id bigint, kind text, name text
WITH fresh AS (
    INSERT INTO segments_known_profile (profile_id, shard)
    SELECT DISTINCT s.profile_id, s.profile_id %% %(shard_count)s::int FROM events_slice s
    WHERE NOT EXISTS (SELECT FROM segments_known_profile k WHERE k.profile_id = s.profile_id) ORDER BY 1
    ON CONFLICT (profile_id) DO NOTHING
    RETURNING profile_id
)
SELECT d.segment_id, s.profile_id
FROM {seen} s JOIN segments_dependency d ON (d.workspace_id, d.kind, d.name) = (s.workspace_id, s.kind, s.name)
UNION
SELECT g.id, s.profile_id
FROM events_slice s
JOIN fresh f ON f.profile_id = s.profile_id
JOIN segments_segment g ON g.workspace_id = s.workspace_id AND g.holds_empty
UNION
SELECT g.id, s.profile_id
FROM events_slice s
JOIN segments_segment g ON g.workspace_id = s.workspace_id
WHERE s.type = 'system' AND s.name IN ('Profile Merged', 'Profile Merge Undone')

-- name: claim_due_timers
-- Timers whose time has come, each once: taken away, to be set anew by the look that follows. Row locks, skipping what
-- another transaction holds. segments_timer_due_ix.
WITH due AS (
    SELECT t.segment_id, t.profile_id FROM segments_timer t
    WHERE t.due_at <= %(now)s::timestamptz AND t.shard = ANY(%(shards)s::smallint[])
    ORDER BY t.due_at LIMIT %(limit)s::int
    FOR UPDATE SKIP LOCKED
)
DELETE FROM segments_timer t USING due
WHERE t.segment_id = due.segment_id AND t.profile_id = due.profile_id
RETURNING t.segment_id, t.profile_id

-- name: build_segments
-- The next profiles of segments whose rule is new or was edited, in chunks, so that a tick stays short and nobody
-- waits. Profiles of another engine's shards get a timer that is due, for their own engine. Row locks on the segments
-- (a save waits for the tick), skipping those held. profiles_profile_workspace_ix.
WITH building AS MATERIALIZED (
    SELECT g.id, g.workspace_id, g.build_cursor FROM segments_segment g
    WHERE g.state = 'building' ORDER BY g.level, g.id LIMIT %(segments)s::int
    FOR UPDATE SKIP LOCKED
), chunk AS MATERIALIZED (
    SELECT b.id AS segment_id, p.id AS profile_id, p.shard FROM building b
    CROSS JOIN LATERAL (
        SELECT p.id, p.shard FROM profiles_profile p
        WHERE p.workspace_id = b.workspace_id AND p.id > b.build_cursor ORDER BY p.id LIMIT %(limit)s::int
    ) p
), elsewhere AS (
    INSERT INTO segments_timer (segment_id, profile_id, shard, due_at)
    SELECT segment_id, profile_id, shard, %(now)s::timestamptz FROM chunk
    WHERE shard <> ALL(%(shards)s::smallint[]) ORDER BY segment_id, profile_id
    ON CONFLICT (segment_id, profile_id) DO UPDATE SET due_at = least(segments_timer.due_at, excluded.due_at)
), moved AS (
    UPDATE segments_segment g
    SET build_cursor = coalesce(c.last, b.build_cursor),
        state = CASE WHEN c.profiles >= %(limit)s::int THEN 'building' ELSE 'live' END
    FROM building b
    LEFT JOIN (SELECT segment_id, max(profile_id) AS last, count(*) AS profiles FROM chunk GROUP BY segment_id) c
        ON c.segment_id = b.id
    WHERE g.id = b.id
)
SELECT segment_id, profile_id FROM chunk WHERE shard = ANY(%(shards)s::smallint[])

-- name: hand_over
-- A merge can bring an event to a profile of another engine's shards: its own engine looks, by a timer that is due.
-- Primary key, in its order.
INSERT INTO segments_timer (segment_id, profile_id, shard, due_at)
SELECT u.segment_id, u.profile_id, u.profile_id %% %(shard_count)s::int, %(now)s::timestamptz
FROM unnest(%(pair_segments)s::bigint[], %(pair_profiles)s::bigint[]) AS u (segment_id, profile_id)
ORDER BY u.segment_id, u.profile_id
ON CONFLICT (segment_id, profile_id) DO UPDATE SET due_at = least(segments_timer.due_at, excluded.due_at)

-- name: drop_dead
-- Merged and erased profiles are in no segment and wait for nothing. Primary keys, profile indexes.
WITH dead AS MATERIALIZED (
    SELECT p.id FROM profiles_profile p
    WHERE p.id = ANY(%(profiles)s::bigint[]) AND (p.merged_into_id IS NOT NULL OR p.erased_at IS NOT NULL)
), memberships AS (
    DELETE FROM segments_membership m USING dead d WHERE m.profile_id = d.id
), known AS (
    DELETE FROM segments_known_profile k USING dead d WHERE k.profile_id = d.id
)
DELETE FROM segments_timer t USING dead d WHERE t.profile_id = d.id

-- name: list_definitions
-- All segments of the workspaces that have some to look at: touched or not, so that the families which they form stay
-- the same from tick to tick; with the segments built on each. Segments' and dependencies' keys.
SELECT g.id, g.workspace_id, g.key, g.level, g.rule::text,
    ARRAY(
        SELECT d.segment_id FROM segments_dependency d
        WHERE d.workspace_id = g.workspace_id AND d.kind = 'segment' AND d.name = g.key
    )
FROM segments_segment g
WHERE g.state <> 'removing'
  AND g.workspace_id IN (SELECT o.workspace_id FROM segments_segment o WHERE o.id = ANY(%(segments)s::bigint[]))
ORDER BY g.id

-- name: apply_verdicts
-- A family's answers about the pairs that were touched become memberships and timers; yields what changed. Each
-- profile is looked at once, whatever the planner thinks of the number of rows. A timer
-- is only ever brought forward here: one that is early costs one look at its time, moving it back at every event would
-- cost a write each. Rows in key order, so that two engines cannot lock each other out. Primary keys.
-- relation verdicts: segment_id bigint, profile_id bigint, workspace_id int, shard smallint, holds boolean, changes_at timestamptz
WITH verdict AS MATERIALIZED (
    SELECT * FROM {verdicts} v
), entered AS (
    INSERT INTO segments_membership (segment_id, profile_id, workspace_id, shard, entered_at)
    SELECT v.segment_id, v.profile_id, v.workspace_id, v.shard, %(now)s::timestamptz
    FROM verdict v WHERE v.holds ORDER BY v.segment_id, v.profile_id
    ON CONFLICT (segment_id, profile_id) DO NOTHING
    RETURNING segment_id, profile_id
), gone AS (
    DELETE FROM segments_membership m USING verdict v
    WHERE NOT v.holds AND m.segment_id = v.segment_id AND m.profile_id = v.profile_id
    RETURNING m.segment_id, m.profile_id
), timers AS (
    INSERT INTO segments_timer (segment_id, profile_id, shard, due_at)
    SELECT v.segment_id, v.profile_id, v.shard, v.changes_at
    FROM verdict v WHERE v.changes_at IS NOT NULL ORDER BY v.segment_id, v.profile_id
    ON CONFLICT (segment_id, profile_id) DO UPDATE SET due_at = excluded.due_at
    WHERE excluded.due_at < segments_timer.due_at
)
SELECT segment_id, profile_id, true FROM entered
UNION ALL
SELECT segment_id, profile_id, false FROM gone

-- name: remove_segment_rows
-- A deleted segment's members and timers go in chunks, then the segment. segments_membership's and segments_timer's
-- primary keys.
WITH doomed AS MATERIALIZED (
    SELECT g.id FROM segments_segment g WHERE g.state = 'removing' ORDER BY g.id LIMIT 1 FOR UPDATE SKIP LOCKED
), members AS (
    DELETE FROM segments_membership m USING doomed d
    WHERE m.segment_id = d.id AND m.profile_id IN (
        SELECT o.profile_id FROM segments_membership o WHERE o.segment_id = d.id LIMIT %(limit)s::int
    )
    RETURNING 1
), timers AS (
    DELETE FROM segments_timer t USING doomed d
    WHERE t.segment_id = d.id AND t.profile_id IN (
        SELECT o.profile_id FROM segments_timer o WHERE o.segment_id = d.id LIMIT %(limit)s::int
    )
    RETURNING 1
)
DELETE FROM segments_segment g USING doomed d
WHERE g.id = d.id AND (SELECT count(*) FROM members) + (SELECT count(*) FROM timers) = 0

-- name: has_pending
-- Whether a segment still waits to be built or removed. A table of a few rows.
SELECT EXISTS (SELECT FROM segments_segment g WHERE g.state IN ('building', 'removing'))
