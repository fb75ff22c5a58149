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

-- name: touch_by_events
-- Which (segment, profile) pairs the slice makes worth a look. An identify touches the traits that it names, and
-- language and timezone always (the device's hints fill them). A new profile is tried on the rules that hold for a
-- stranger, whoever was merged or parted on all. segments_dependency's primary key.
WITH fresh AS (
    INSERT INTO segments_known_profile (profile_id, shard)
    SELECT DISTINCT s.profile_id, s.profile_id %% %(shard_count)s::int FROM events_slice s ORDER BY 1
    ON CONFLICT (profile_id) DO NOTHING
    RETURNING profile_id
), seen AS MATERIALIZED (
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
)
INSERT INTO segments_touched (segment_id, profile_id, cause)
SELECT d.segment_id, s.profile_id, 'change'
FROM seen s JOIN segments_dependency d ON (d.workspace_id, d.kind, d.name) = (s.workspace_id, s.kind, s.name)
UNION
SELECT g.id, s.profile_id, 'change'
FROM events_slice s
JOIN fresh f ON f.profile_id = s.profile_id
JOIN segments_segment g ON g.workspace_id = s.workspace_id AND g.holds_empty
UNION
SELECT g.id, s.profile_id, 'change'
FROM events_slice s
JOIN segments_segment g ON g.workspace_id = s.workspace_id
WHERE s.type = 'system' AND s.name IN ('Profile Merged', 'Profile Merge Undone')
ON CONFLICT (segment_id, profile_id) DO NOTHING

-- name: claim_due_timers
-- Timers whose time has come, each once: taken away, to be set anew by the look that follows. Row locks, skipping what
-- another transaction holds. segments_timer_due_ix.
WITH due AS (
    SELECT t.segment_id, t.profile_id FROM segments_timer t
    WHERE t.due_at <= %(now)s::timestamptz AND t.shard = ANY(%(shards)s::smallint[])
    ORDER BY t.due_at LIMIT %(limit)s::int
    FOR UPDATE SKIP LOCKED
), claimed AS (
    DELETE FROM segments_timer t USING due
    WHERE t.segment_id = due.segment_id AND t.profile_id = due.profile_id
    RETURNING t.segment_id, t.profile_id
), touched AS (
    INSERT INTO segments_touched (segment_id, profile_id, cause)
    SELECT segment_id, profile_id, 'change' FROM claimed
    ON CONFLICT (segment_id, profile_id) DO NOTHING
)
SELECT count(*) FROM claimed

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
), here AS (
    INSERT INTO segments_touched (segment_id, profile_id, cause)
    SELECT segment_id, profile_id, 'build' FROM chunk WHERE shard = ANY(%(shards)s::smallint[])
    ON CONFLICT (segment_id, profile_id) DO NOTHING
)
UPDATE segments_segment g
SET build_cursor = coalesce(c.last, b.build_cursor),
    state = CASE WHEN c.profiles >= %(limit)s::int THEN 'building' ELSE 'live' END
FROM building b
LEFT JOIN (SELECT segment_id, max(profile_id) AS last, count(*) AS profiles FROM chunk GROUP BY segment_id) c
    ON c.segment_id = b.id
WHERE g.id = b.id

-- name: hand_over_touched
-- A merge can bring an event to a profile of another engine's shards: its own engine looks, by a timer that is due.
-- Temporary table, profiles' primary key.
WITH other AS (
    DELETE FROM segments_touched t WHERE t.profile_id %% %(shard_count)s::int <> ALL(%(shards)s::smallint[])
    RETURNING t.segment_id, t.profile_id
)
INSERT INTO segments_timer (segment_id, profile_id, shard, due_at)
SELECT segment_id, profile_id, profile_id %% %(shard_count)s::int, %(now)s::timestamptz
FROM other ORDER BY segment_id, profile_id
ON CONFLICT (segment_id, profile_id) DO UPDATE SET due_at = least(segments_timer.due_at, excluded.due_at)

-- name: drop_dead
-- Merged and erased profiles are in no segment and wait for nothing. Primary keys.
WITH dead AS (
    DELETE FROM segments_touched t USING profiles_profile p
    WHERE p.id = t.profile_id AND (p.merged_into_id IS NOT NULL OR p.erased_at IS NOT NULL)
    RETURNING t.profile_id
), memberships AS (
    DELETE FROM segments_membership m WHERE m.profile_id IN (SELECT profile_id FROM dead)
), known AS (
    DELETE FROM segments_known_profile k WHERE k.profile_id IN (SELECT profile_id FROM dead)
)
DELETE FROM segments_timer t WHERE t.profile_id IN (SELECT profile_id FROM dead)

-- name: list_touched
-- The segments to look at next: of the lowest level above `level` that has touched profiles, all those of workspaces
-- where that is so, touched or not, so that the families which they form stay the same from tick to tick. Temporary
-- table; segments' keys.
WITH touched AS MATERIALIZED (
    SELECT DISTINCT t.segment_id FROM segments_touched t
), next AS MATERIALIZED (
    SELECT g.workspace_id, g.level FROM segments_segment g JOIN touched t ON t.segment_id = g.id
    WHERE g.level > %(level)s::int AND g.state <> 'removing'
    ORDER BY g.level FETCH FIRST 1 ROWS WITH TIES
)
SELECT g.id, g.workspace_id, g.level, g.rule::text, g.id IN (SELECT segment_id FROM touched)
FROM segments_segment g
WHERE g.state <> 'removing'
  AND (g.workspace_id, g.level) IN (SELECT workspace_id, level FROM next)
ORDER BY g.workspace_id, g.id

-- name: apply_verdicts
-- Some segments' answers about their touched profiles become memberships and timers. A timer is only ever brought
-- forward here: one that is early costs one look at its time, moving it back at every event would cost a write each.
-- Rows in key order, so that two engines cannot lock each other out. Primary keys.
-- relation verdicts: segment_id bigint, profile_id bigint, workspace_id int, shard smallint, cause text, holds boolean, changes_at timestamptz
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
INSERT INTO segments_change (segment_id, profile_id, entered, cause)
SELECT c.segment_id, c.profile_id, c.entered, v.cause
FROM (
    SELECT segment_id, profile_id, true AS entered FROM entered
    UNION ALL SELECT segment_id, profile_id, false FROM gone
) c JOIN verdict v ON v.segment_id = c.segment_id AND v.profile_id = c.profile_id

-- name: touch_dependents
-- Segments built on those that changed, at higher levels: they settle in the same tick. segments_dependency's primary
-- key.
INSERT INTO segments_touched (segment_id, profile_id, cause)
SELECT DISTINCT ON (d.segment_id, c.profile_id) d.segment_id, c.profile_id, c.cause
FROM segments_change c
JOIN segments_segment g ON g.id = c.segment_id AND g.level = %(level)s::int
JOIN segments_dependency d ON d.workspace_id = g.workspace_id AND d.kind = 'segment' AND d.name = g.key
ORDER BY d.segment_id, c.profile_id, c.cause DESC
ON CONFLICT (segment_id, profile_id) DO NOTHING

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
