-- name: enter_day
-- The partition day of this transaction, held until it ends: whoever writes for the next day waits for it once
-- (close_day), so that a message written at midnight is seen there. `after` differs from `day` when midnight came
-- between; then it is done again. `floor`: the rows of this call have greater ids. Advisory lock, shared.
SELECT day, (clock_timestamp() AT TIME ZONE 'UTC')::date AS after,
    (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_event_id_seq) AS floor
FROM (
    SELECT day, pg_advisory_xact_lock_shared(%(lock)s::int, day - '2000-01-01'::date)
    FROM (SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS day OFFSET 0) clock
    OFFSET 0
) entered

-- name: close_day
-- Waits until nobody writes for a past day any more. Advisory lock, exclusive, until the end of the transaction; each
-- process asks once a day.
SELECT pg_advisory_xact_lock(%(lock)s::int, %(day)s::date - '2000-01-01'::date)

-- name: find_logged
-- Which messages are in the log already: of the day, and of the day before, so that a message is known for 24 hours at
-- the least. No lock; events_event_message_uq of two partitions.
SELECT message_key::text FROM events_event
WHERE log_day IN (%(day)s::date, %(day)s::date - 1) AND message_key = ANY (%(keys)s::uuid[])

-- name: summarise_ingested
-- Counts what this call wrote, which the transaction's own id finds (events_event_tx_ix), into the summary. Row locks
-- in key order; primary key.
INSERT INTO events_summary AS s (profile_id, name, workspace_id, shard, count, first_at, last_at)
SELECT profile_id, name, workspace_id, profile_id %% %(shards)s::int, count(*), min(occurred_at), max(occurred_at)
FROM events_event
WHERE tx_id = pg_current_xact_id() AND id > %(floor)s::bigint AND log_day = %(day)s::date
GROUP BY profile_id, name, workspace_id
ORDER BY profile_id, name
ON CONFLICT (profile_id, name) DO UPDATE
SET count = s.count + excluded.count, first_at = least(s.first_at, excluded.first_at),
    last_at = greatest(s.last_at, excluded.last_at)
