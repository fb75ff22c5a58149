-- name: read_clock
-- The decision time. One row at most; no lock; served by the primary key.
SELECT coalesce((SELECT frozen_at FROM kernel_clock WHERE id), clock_timestamp()) AS now

-- name: freeze_clock
-- Sets or frees the clock and wakes the processes that wait for work. Row lock on the single row.
WITH frozen AS (
    INSERT INTO kernel_clock (id, frozen_at) VALUES (true, %(at)s::timestamptz)
    ON CONFLICT (id) DO UPDATE SET frozen_at = excluded.frozen_at
    RETURNING 1
)
SELECT pg_notify('kesher_work', 'clock') FROM frozen
