-- name: find_trait_types
-- The types of the traits named in a set of updates. Primary key.
SELECT workspace_id, name, type FROM profiles_trait
WHERE workspace_id = ANY (%(workspaces)s::int[]) AND name = ANY (%(names)s::text[])

-- name: learn_traits
-- New traits take the type of their first value; whoever came first decides. Key order, primary key.
INSERT INTO profiles_trait (workspace_id, name, type, declared, rejected_count, created_at)
SELECT workspace_id, name, type, false, 0, %(now)s::timestamptz
FROM unnest(%(workspaces)s::int[], %(names)s::text[], %(types)s::text[]) AS t (workspace_id, name, type)
ORDER BY workspace_id, name
ON CONFLICT (workspace_id, name) DO NOTHING

-- name: count_rejected
-- Values that did not fit, counted on the trait's row. Locks these rows until the commit: few, in key order.
WITH held AS (
    SELECT t.workspace_id, t.name, r.count, r.example
    FROM unnest(%(workspaces)s::int[], %(names)s::text[], %(counts)s::int[], %(examples)s::text[])
        AS r (workspace_id, name, count, example)
    JOIN profiles_trait t ON t.workspace_id = r.workspace_id AND t.name = r.name
    ORDER BY t.workspace_id, t.name
    FOR NO KEY UPDATE OF t
)
UPDATE profiles_trait t SET rejected_count = t.rejected_count + held.count, rejected_example = held.example
FROM held WHERE t.workspace_id = held.workspace_id AND t.name = held.name

-- name: declare_trait
-- A person says what a trait is; values that came before stay as they are. Primary key.
INSERT INTO profiles_trait (workspace_id, name, type, declared, rejected_count, created_at)
VALUES (%(workspace_id)s::int, %(name)s::text, %(type)s::text, true, 0, %(now)s::timestamptz)
ON CONFLICT (workspace_id, name) DO UPDATE
SET type = excluded.type, declared = true, rejected_count = 0, rejected_example = NULL

-- name: list_traits
-- The traits that a workspace knows. Primary key.
SELECT name, type, declared, rejected_count, rejected_example FROM profiles_trait
WHERE workspace_id = %(workspace_id)s::int ORDER BY name

-- name: lock_traits
-- Profiles that are told something, with what they were told before: changes one after the other, beside the writing
-- of events. Id order, primary key.
SELECT id, traits_at, traits::text FROM profiles_profile
WHERE id = ANY (%(profiles)s::bigint[]) ORDER BY id FOR NO KEY UPDATE

-- name: write_traits
-- `under` fills what is missing, `over` replaces; a null in `over` removes the trait (stored values hold no nulls of
-- their own, so stripping them is exact). The traits decide the columns; the device's hints serve where they are
-- silent. The rows are locked (lock_traits). Primary key.
UPDATE profiles_profile p SET
    traits = t.traits,
    traits_at = greatest(p.traits_at, u.at),
    email = t.traits ->> 'email',
    phone = t.traits ->> 'phone',
    language = coalesce(l.language, u.language, p.language),
    timezone = coalesce(t.traits ->> 'timezone', u.timezone, p.timezone)
FROM unnest(
    %(profiles)s::bigint[], %(under)s::text[], %(over)s::text[], %(ats)s::timestamptz[], %(languages)s::text[],
    %(timezones)s::text[]
) AS u (profile_id, under, over, at, language, timezone)
JOIN profiles_profile b ON b.id = u.profile_id
CROSS JOIN LATERAL (SELECT jsonb_strip_nulls(u.under::jsonb || b.traits || u.over::jsonb) AS traits) t
CROSS JOIN LATERAL (
    SELECT CASE base WHEN 'iw' THEN 'he' ELSE base END AS language
    FROM (
        SELECT lower(substring(coalesce(t.traits ->> 'language', t.traits ->> 'locale') FROM '^[A-Za-z]+')) AS base
    ) tag
) l
WHERE p.id = u.profile_id

-- name: list_zones
-- The zones that PostgreSQL can reckon with; read once by each process.
SELECT name FROM pg_timezone_names

-- name: read_updates
-- A relation of trait updates, to be typed here. No lock.
-- relation updates: workspace_id int, profile_id bigint, traits jsonb, at timestamptz
SELECT workspace_id, profile_id, traits, at FROM {updates} u

-- name: list_trait_values
-- The commonest values of each trait, for choosing one: of a sample spread evenly over the workspace's numbers, so that a
-- million people cost what 2,000 do; and only what two of them share, so that nobody's own address is shown.
-- profiles_profile_workspace_ix, fifty rows at a time.
WITH bounds AS (
    SELECT min(p.id) AS lo, max(p.id) AS hi FROM profiles_profile p WHERE p.workspace_id = %(workspace_id)s::int
),
people AS MATERIALIZED (
    SELECT s.traits || jsonb_strip_nulls(jsonb_build_object('language', s.language, 'timezone', s.timezone)) AS traits
    FROM bounds b CROSS JOIN generate_series(0, 39) AS n (n)
    CROSS JOIN LATERAL (
        SELECT p.traits, p.language, p.timezone FROM profiles_profile p
        WHERE p.workspace_id = %(workspace_id)s::int
            AND p.id >= b.lo + (b.hi - b.lo + 1) * n.n / 40 AND p.id < b.lo + (b.hi - b.lo + 1) * (n.n + 1) / 40
            AND p.merged_into_id IS NULL AND p.erased_at IS NULL
        ORDER BY p.id LIMIT 50
    ) s
),
counted AS (
    SELECT t.key AS name, v.value, count(*) AS people
    FROM people CROSS JOIN LATERAL jsonb_each(people.traits) AS t
    CROSS JOIN LATERAL (
        SELECT t.value WHERE jsonb_typeof(t.value) IN ('string', 'number', 'boolean')
        UNION ALL
        SELECT e.value FROM jsonb_array_elements(CASE jsonb_typeof(t.value) WHEN 'array' THEN t.value END) AS e (value)
        WHERE jsonb_typeof(e.value) IN ('string', 'number', 'boolean')
    ) AS v
    WHERE length(v.value #>> '{}') BETWEEN 1 AND 100
    GROUP BY t.key, v.value HAVING count(*) >= 2
),
ranked AS (
    SELECT c.name, c.value, row_number() OVER (PARTITION BY c.name ORDER BY c.people DESC, c.value) AS place FROM counted c
)
SELECT r.name, jsonb_agg(r.value ORDER BY r.place) FROM ranked r WHERE r.place <= %(most)s::int GROUP BY r.name
