-- name: list_uncovered
-- Which of these calendars and places the table does not cover from now on far enough. One probe a pair;
-- primary key.
SELECT w.calendar, w.place
FROM unnest(%(calendars)s::text[], %(places)s::text[]) AS w (calendar, place)
WHERE NOT EXISTS (SELECT FROM messaging_closing c
                  WHERE c.calendar = w.calendar AND c.place = w.place AND c.starts_at <= %(now)s::timestamptz)
   OR NOT EXISTS (SELECT FROM messaging_closing c
                  WHERE c.calendar = w.calendar AND c.place = w.place AND c.starts_at > %(until)s::timestamptz)

-- name: list_closed_places
-- Whose closings are kept. Scans the table: some hundred rows a place.
SELECT DISTINCT calendar, place FROM messaging_closing

-- name: add_closings
-- Closings that are not there yet; what a newer release computes otherwise replaces the old end. Row locks;
-- primary key.
INSERT INTO messaging_closing (calendar, place, starts_at, ends_at, name)
SELECT calendar, place, starts_at, ends_at, name
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS r (calendar text, place text, starts_at timestamptz, ends_at timestamptz, name jsonb)
ORDER BY calendar, place, starts_at
ON CONFLICT (calendar, place, starts_at) DO UPDATE SET ends_at = excluded.ends_at, name = excluded.name
WHERE messaging_closing.ends_at <> excluded.ends_at

-- name: forget_closings
-- What was over long ago. Scans the table.
DELETE FROM messaging_closing WHERE ends_at < %(before)s::timestamptz
