-- name: home_runs
-- Every run belongs to whoever its first profile is now: one rule for a merge, a chain of merges and an undone merge.
-- Before the runs move, of several active ones in a journey that a person is in only once the oldest stays. Looks at
-- the people whom the slice's merges name. Whoever waits is asked again by this tick, since what she waits for (a date,
-- a segment) may be another now, and memberships move without events. Row locks; journeys_run_profile_ix, profiles'
-- primary key.
WITH named AS (
    SELECT DISTINCT person.id
    FROM events_slice s
    CROSS JOIN LATERAL (VALUES ((s.properties ->> 'winner_id')::bigint),
                               ((s.properties ->> 'loser_id')::bigint)) AS person (id)
    WHERE s.type = 'system' AND s.name IN ('Profile Merged', 'Profile Merge Undone')
), affected AS MATERIALIZED (
    SELECT r.* FROM named n JOIN journeys_run r ON r.profile_id = n.id
), home AS MATERIALIZED (
    SELECT o.origin_id, profiles_home(o.origin_id) AS id
    FROM (SELECT DISTINCT origin_profile_id AS origin_id FROM affected) o
), homed AS (
    SELECT a.id, home.id AS home_id, a.ended_at IS NULL AND row_number() OVER (
               PARTITION BY home.id, a.journey_id, a.entry_key, a.ended_at IS NULL ORDER BY a.entered_at, a.id) > 1
               AND (a.journey_id <> ALL(%(repeatable)s::bigint[]) OR a.entry_key IS NOT NULL) AS doubled
    FROM affected a JOIN home ON home.origin_id = a.origin_profile_id
), moved AS (
    UPDATE journeys_run r
    SET profile_id = h.home_id, shard = h.home_id %% 64,
        state = CASE WHEN h.doubled THEN 'exited' ELSE r.state END,
        reason = CASE WHEN h.doubled THEN 'merged' ELSE r.reason END,
        ended_at = CASE WHEN h.doubled THEN %(now)s::timestamptz ELSE r.ended_at END,
        due_at = CASE WHEN h.doubled THEN NULL WHEN r.state = 'waiting' THEN least(r.due_at, %(now)s::timestamptz)
                      ELSE r.due_at END,
        exit_due_at = CASE WHEN h.doubled THEN NULL ELSE r.exit_due_at END,
        signal = CASE WHEN h.doubled THEN NULL ELSE r.signal END
    FROM homed h
    WHERE r.id = h.id AND (r.profile_id <> h.home_id OR h.doubled OR r.state = 'waiting')
    RETURNING r.*, h.doubled
)
INSERT INTO journeys_log (name, run_id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, state,
                          reason)
SELECT 'Journey Exited', id, workspace_id, shard, profile_id, journey_id, version_id, node, visit, state, reason
FROM moved WHERE doubled
