-- name: touched_dates
-- The people of the slice whose date, or zone, may have changed: an identify that names the trait or the zone, a merge,
-- a merge undone. Scans the slice.
SELECT DISTINCT person.id AS profile_id
FROM events_slice s
CROSS JOIN LATERAL (
    SELECT s.profile_id AS id
    UNION ALL SELECT (s.properties ->> 'winner_id')::bigint WHERE s.type = 'system'
    UNION ALL SELECT (s.properties ->> 'loser_id')::bigint WHERE s.type = 'system'
) AS person
WHERE s.workspace_id = %(workspace_id)s::int AND person.id IS NOT NULL
  AND (s.type = 'identify' AND (s.properties ?| ARRAY[%(trait)s::text, 'timezone'] OR s.context ? 'timezone')
       OR s.type = 'system' AND s.name IN ('Profile Merged', 'Profile Merge Undone'))

-- name: list_dated
-- The next people of the workspace, beyond each shard's cursor, whose timers are still to be set. Locks the cursors;
-- profiles_profile_workspace_ix.
WITH due AS MATERIALIZED (
    SELECT shard, cursor FROM journeys_schedule
    WHERE journey_id = %(journey)s::bigint AND due_at <= %(now)s::timestamptz AND shard = ANY(%(shards)s::int[])
    FOR UPDATE
), inserted AS (
    INSERT INTO journeys_audience (journey_id, profile_id)
    SELECT %(journey)s::bigint, p.id
    FROM profiles_profile p JOIN due ON due.shard = p.shard AND p.id > due.cursor
    WHERE p.workspace_id = %(workspace_id)s::int AND p.id > (SELECT min(cursor) FROM due)
    ORDER BY p.id LIMIT %(limit)s::int
    RETURNING profile_id
)
SELECT count(*), max(profile_id) FROM inserted

-- name: people_of_chunk
-- Those whom list_dated took. Temporary table.
SELECT a.profile_id FROM journeys_audience a WHERE a.journey_id = %(chunk_journey)s::bigint AND a.at IS NULL

-- name: people_who_entered
-- Those whose timers claim_date_timers took. Temporary table.
SELECT a.profile_id FROM journeys_audience a WHERE a.journey_id = %(chunk_journey)s::bigint AND a.at IS NOT NULL

-- name: keep_date_timers
-- Sets each person's timer to the next moment of her date after now, and takes away that of whoever has none. A timer
-- that is due and was not looked at yet stays when the date did, so that no moment is passed over. Row locks; primary
-- keys.
-- relation people: profile_id bigint
WITH term AS (
    SELECT * FROM jsonb_to_record(%(terms)s::jsonb) AS c (path text[], days int, rest interval, at interval, yearly boolean)
), person AS MATERIALIZED (
    SELECT c.profile_id, p.shard, p.traits #> term.path AS value, coalesce(p.timezone, w.timezone) AS zone,
           CASE WHEN jsonb_typeof(p.traits #> term.path) = 'string'
                THEN segments_read_moment(p.traits #>> term.path) END AS moment,
           segments_local_date(p.traits #> term.path, p.timezone, w.timezone) AS day,
           CASE WHEN t.due_at <= %(now)s::timestamptz THEN t.due_at - interval '1 microsecond'
                ELSE %(now)s::timestamptz END AS after
    FROM (SELECT * FROM {people} people) c
    CROSS JOIN term
    LEFT JOIN profiles_profile p ON p.id = c.profile_id AND p.workspace_id = %(workspace_id)s::int
                                AND p.merged_into_id IS NULL AND p.erased_at IS NULL
    LEFT JOIN accounts_workspace w ON w.id = p.workspace_id
    LEFT JOIN journeys_date_timer t ON t.journey_id = %(journey)s::bigint AND t.profile_id = c.profile_id
), upcoming AS MATERIALIZED (
    SELECT person.profile_id, person.shard, (
        SELECT min(o.at) FROM (
            SELECT person.moment + term.days * interval '24 hours' + term.rest AS at
            WHERE person.moment IS NOT NULL AND term.at IS NULL AND NOT term.yearly
            UNION ALL
            SELECT (((person.day + make_interval(years => y.years))::date + term.days) + coalesce(term.at, interval '0'))
                   AT TIME ZONE person.zone + term.rest
            FROM (
                SELECT extract(year FROM person.after AT TIME ZONE person.zone)::int
                       - extract(year FROM person.day)::int + step AS years
                FROM generate_series(-3, 3) AS step WHERE term.yearly
                UNION ALL
                SELECT 0 WHERE NOT term.yearly AND (person.moment IS NULL OR term.at IS NOT NULL)
            ) AS y
            WHERE person.day IS NOT NULL
        ) AS o WHERE o.at > person.after) AS due_at
    FROM person CROSS JOIN term
), gone AS (
    DELETE FROM journeys_date_timer t USING upcoming u
    WHERE t.journey_id = %(journey)s::bigint AND t.profile_id = u.profile_id AND u.due_at IS NULL
)
INSERT INTO journeys_date_timer AS t (journey_id, profile_id, shard, due_at)
SELECT %(journey)s::bigint, u.profile_id, u.shard, u.due_at FROM upcoming u WHERE u.due_at IS NOT NULL
ORDER BY u.profile_id
ON CONFLICT (journey_id, profile_id) DO UPDATE SET due_at = excluded.due_at WHERE t.due_at <> excluded.due_at

-- name: claim_date_timers
-- The people whose moment has come, each once, in bounded batches. Row locks; journeys_date_timer_due_ix.
WITH due AS (
    SELECT t.profile_id FROM journeys_date_timer t
    WHERE t.journey_id = %(journey)s::bigint AND t.due_at <= %(now)s::timestamptz AND t.shard = ANY(%(shards)s::int[])
    ORDER BY t.due_at LIMIT %(limit)s::int
    FOR UPDATE
), gone AS (
    DELETE FROM journeys_date_timer t USING due d
    WHERE t.journey_id = %(journey)s::bigint AND t.profile_id = d.profile_id
    RETURNING t.profile_id, t.due_at
)
INSERT INTO journeys_audience (journey_id, profile_id, at) SELECT %(journey)s::bigint, profile_id, due_at FROM gone

-- name: candidates_of_dates
-- The people whose moment has come; a moment of long ago lets nobody in. Temporary table.
SELECT a.profile_id, %(timed_version)s::bigint AS version_id, NULL::bigint AS event_id, %(timed_now)s::timestamptz AS at,
       jsonb_build_object('date', jsonb_build_object('trait', %(timed_trait)s::text, 'at', a.at)) AS context
FROM journeys_audience a
WHERE a.journey_id = %(timed_journey)s::bigint AND a.at > %(timed_now)s::timestamptz - %(timed_late)s::interval

-- name: clear_date_timers
-- The journey's entry is another now, or the journey is over. journeys_date_timer's primary key.
DELETE FROM journeys_date_timer WHERE journey_id = %(journey)s::bigint
