-- name: lock_shards
-- Two ticks over the same shard would let a person enter twice: the second one waits here until the first has
-- committed. Advisory transaction locks, in one order, so that they cannot block each other.
SELECT pg_advisory_xact_lock(1785688690, shard) FROM (
    SELECT shard FROM unnest(%(shards)s::int[]) AS shard ORDER BY shard) AS ordered

-- name: list_versions
-- The versions that this tick may have to do with: the current one of each journey that was published, those with
-- people in flight, and those superseded lately, whose goals may still be reached. One probe a version into
-- journeys_run_active_ix (an EXISTS is planned as a hash of every run in flight).
SELECT v.id, v.journey_id, v.workspace_id, v.number, v.digest, j.key, j.state, w.timezone,
       v.id = j.current_version_id AS current,
       coalesce((SELECT true FROM journeys_run r WHERE r.version_id = v.id AND r.ended_at IS NULL LIMIT 1), false)
           AS in_flight,
       lead(v.published_at) OVER (PARTITION BY v.journey_id ORDER BY v.number) AS superseded_at,
       j.moves <> '{}'::jsonb AS mapped
FROM journeys_version v
JOIN journeys_journey j ON j.id = v.journey_id
JOIN accounts_workspace w ON w.id = v.workspace_id
ORDER BY v.id

-- name: load_definitions
-- The graphs that this process has not read yet. Primary key.
SELECT id, definition FROM journeys_version WHERE id = ANY(%(versions)s::bigint[])

-- name: slice_names
-- What happened, to ask only the journeys that care. Scans the slice.
SELECT DISTINCT workspace_id, name FROM events_slice
