-- name: list_due_schedules
-- The journeys whose scheduled entry is due in these shards. journeys_schedule_due_ix.
SELECT journey_id, min(due_at) FROM journeys_schedule
WHERE due_at <= %(now)s::timestamptz AND shard = ANY(%(shards)s::int[]) AND journey_id = ANY(%(moving)s::bigint[])
GROUP BY journey_id ORDER BY min(due_at), journey_id

-- name: list_audience
-- The next members of the segment, in the order of their profiles, beyond each shard's cursor: all who are in it, or
-- those who came in after the last time and up to this one, or those who were in it at this time. Locks the cursors,
-- which stand in an array by shard, so that the members are read in the order of their key and no further than the
-- limit; the primary key of segments_membership.
WITH due AS MATERIALIZED (
    SELECT shard, cursor, due_at, previous_at FROM journeys_schedule
    WHERE journey_id = %(journey)s::bigint AND due_at <= %(now)s::timestamptz AND shard = ANY(%(shards)s::int[])
    FOR UPDATE
), cursors AS MATERIALIZED (
    SELECT array_agg(due.cursor ORDER BY s.shard) AS of_shard, min(due.cursor) AS lowest
    FROM generate_series(0, (SELECT max(shard) FROM due)) AS s (shard) LEFT JOIN due ON due.shard = s.shard
), inserted AS (
    INSERT INTO journeys_audience (journey_id, profile_id)
    SELECT %(journey)s::bigint, m.profile_id
    FROM segments_membership m
    WHERE m.segment_id = (SELECT id FROM segments_segment
                          WHERE workspace_id = %(workspace_id)s::int AND key = %(segment)s::text)
      AND m.profile_id > (SELECT lowest FROM cursors)
      AND m.profile_id > (SELECT of_shard FROM cursors)[m.shard + 1]
      AND CASE WHEN %(until)s::boolean OR %(newcomers)s::boolean THEN (
              SELECT m.entered_at <= due.due_at
                 AND (m.entered_at > due.previous_at OR due.previous_at IS NULL OR NOT %(newcomers)s::boolean)
              FROM due WHERE due.shard = m.shard
          ) ELSE true END
    ORDER BY m.profile_id LIMIT %(limit)s::int
    RETURNING profile_id
)
SELECT count(*), max(profile_id) FROM inserted

-- name: move_schedule
-- Moves the cursors, or when everybody has entered sets the next occurrence. Row locks; primary key.
UPDATE journeys_schedule
SET cursor = CASE WHEN %(finished)s::boolean THEN 0 ELSE greatest(cursor, %(cursor)s::bigint) END,
    previous_at = CASE WHEN %(finished)s::boolean THEN due_at ELSE previous_at END,
    due_at = CASE WHEN %(finished)s::boolean THEN %(next)s::timestamptz ELSE due_at END
WHERE journey_id = %(journey)s::bigint AND due_at <= %(now)s::timestamptz AND shard = ANY(%(shards)s::int[])

-- name: end_schedule
-- There is no further occurrence. Primary key.
DELETE FROM journeys_schedule
WHERE journey_id = %(journey)s::bigint AND due_at <= %(now)s::timestamptz AND shard = ANY(%(shards)s::int[])

-- name: clear_schedule
-- The journey's schedule is gone. Primary key.
DELETE FROM journeys_schedule WHERE journey_id = %(journey)s::bigint

-- name: set_schedule
-- One row a shard, so that engines need not wait for each other. The last time is kept while it goes on for the same
-- segment. Primary key.
INSERT INTO journeys_schedule AS s (journey_id, shard, due_at, cursor)
SELECT %(journey)s::bigint, shard, %(due_at)s::timestamptz, 0 FROM generate_series(0, %(shards)s::int - 1) AS shard
ON CONFLICT (journey_id, shard) DO UPDATE
SET due_at = excluded.due_at, cursor = 0, previous_at = CASE WHEN %(same)s::boolean THEN s.previous_at END

-- name: candidates_of_schedule
-- The people of this chunk; the rule of the entry is put in by the caller. Temporary table.
SELECT a.profile_id, %(timed_version)s::bigint AS version_id, NULL::bigint AS event_id,
       %(timed_now)s::timestamptz AS at,
       jsonb_build_object('schedule', jsonb_build_object('at', %(timed_due)s::timestamptz)) AS context
FROM journeys_audience a WHERE a.journey_id = %(timed_journey)s::bigint

-- name: next_timer
-- The earliest moment at which a live journey has something to do. One short range a journey of journeys_run_due_ix and
-- journeys_run_exit_due_ix and journeys_date_timer_due_ix, and the few rows of journeys_schedule.
SELECT min(moment.at) FROM (
    SELECT (SELECT min(q.due_at) FROM journeys_run q
            WHERE q.journey_id = j.id AND q.state = 'waiting' AND q.shard = ANY(%(shards)s::int[])) AS at
    FROM journeys_journey j WHERE j.state = 'live'
    UNION ALL
    SELECT (SELECT min(q.exit_due_at) FROM journeys_run q
            WHERE q.journey_id = j.id AND q.exit_due_at IS NOT NULL AND q.shard = ANY(%(shards)s::int[]))
    FROM journeys_journey j WHERE j.state IN ('live', 'paused')
    UNION ALL
    SELECT s.due_at FROM journeys_schedule s JOIN journeys_journey j ON j.id = s.journey_id AND j.state = 'live'
    WHERE s.shard = ANY(%(shards)s::int[])
    UNION ALL
    SELECT (SELECT min(t.due_at) FROM journeys_date_timer t
            WHERE t.journey_id = j.id AND t.shard = ANY(%(shards)s::int[]))
    FROM journeys_journey j WHERE j.state = 'live'
) AS moment
