-- name: save_coupon_pool
-- A pool under its key, made or changed. Unique key.
INSERT INTO journeys_coupon_pool (workspace_id, key, name, warn_below, created_at)
VALUES (%(workspace_id)s::int, %(key)s::text, %(name)s::jsonb, %(warn_below)s::int, %(now)s::timestamptz)
ON CONFLICT (workspace_id, key) DO UPDATE SET name = excluded.name, warn_below = excluded.warn_below

-- name: list_coupon_pools
-- The pools of a workspace, or of all, with how many codes are left. The unique key; for each pool its part of
-- journeys_coupon_free_ix and of journeys_coupon_pool_ix.
SELECT p.workspace_id, p.key, p.name, p.warn_below,
       (SELECT count(*) FROM journeys_coupon c WHERE c.pool_id = p.id) AS codes,
       (SELECT count(*) FROM journeys_coupon c WHERE c.pool_id = p.id AND c.given_at IS NULL) AS left
FROM journeys_coupon_pool p
WHERE %(workspace_id)s::int IS NULL OR p.workspace_id = %(workspace_id)s::int
ORDER BY p.workspace_id, p.key

-- name: add_coupons
-- New codes of a pool; a code that the workspace has already, in any pool, is left alone. Inserts in code order, so that
-- two imports cannot block each other; journeys_coupon_code_uq.
INSERT INTO journeys_coupon (workspace_id, pool_id, code)
SELECT p.workspace_id, p.id, c.code
FROM journeys_coupon_pool p CROSS JOIN (SELECT DISTINCT code FROM unnest(%(codes)s::text[]) AS code ORDER BY code) AS c
WHERE p.workspace_id = %(workspace_id)s::int AND p.key = %(key)s::text
ORDER BY c.code
ON CONFLICT (workspace_id, code) DO NOTHING

-- name: find_coupon_pool
-- Whether there is such a pool. Unique key.
SELECT id FROM journeys_coupon_pool WHERE workspace_id = %(workspace_id)s::int AND key = %(key)s::text

-- name: rest_coupon_pool
-- After an import the pool may warn again. Unique key.
UPDATE journeys_coupon_pool p SET warned_at = NULL
WHERE p.workspace_id = %(workspace_id)s::int AND p.key = %(key)s::text AND p.warned_at IS NOT NULL

-- name: give_coupons
-- One code a visit, in the order of arrival: as many free codes as people ask are locked, those that another engine is
-- giving at this moment are passed over, so no code is ever given twice. Row locks; journeys_coupon_free_ix,
-- journeys_coupon_run_uq.
-- relation ready: run_id bigint, workspace_id int, version_id bigint, node text, visit int, node_entered_at timestamptz
WITH asked AS (
    SELECT p.id AS pool_id, a.run_id, a.visit,
           row_number() OVER (PARTITION BY p.id ORDER BY a.node_entered_at, a.run_id) AS place
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, pool text)
      ON c.version_id = a.version_id AND c.node = a.node
    JOIN journeys_coupon_pool p ON p.workspace_id = a.workspace_id AND p.key = c.pool
    WHERE NOT EXISTS (SELECT FROM journeys_coupon q WHERE q.run_id = a.run_id AND q.visit = a.visit)
), free AS MATERIALIZED (
    SELECT f.id, f.pool_id
    FROM (SELECT pool_id, count(*) AS people FROM asked GROUP BY pool_id ORDER BY pool_id) AS n
    CROSS JOIN LATERAL (
        SELECT q.id, q.pool_id FROM journeys_coupon q
        WHERE q.pool_id = n.pool_id AND q.given_at IS NULL
        ORDER BY q.id LIMIT n.people
        FOR UPDATE SKIP LOCKED
    ) AS f
), placed AS (
    SELECT id, pool_id, row_number() OVER (PARTITION BY pool_id ORDER BY id) AS place FROM free
)
UPDATE journeys_coupon q
SET given_at = %(coupon_now)s::timestamptz, run_id = a.run_id, visit = a.visit
FROM placed p JOIN asked a ON a.pool_id = p.pool_id AND a.place = p.place
WHERE q.id = p.id

-- name: coupons_to_remember
-- Each run's code, under the name that the node gives it. journeys_coupon_run_uq.
-- relation ready: run_id bigint, version_id bigint, node text, visit int
SELECT a.run_id, jsonb_build_object(c.name, q.code) AS values
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, name text)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN journeys_coupon q ON q.run_id = a.run_id AND q.visit = a.visit

-- name: decide_coupons
-- On with a code; without one by `empty` where the node has that way, else failed. journeys_coupon_run_uq.
-- relation ready: run_id bigint, version_id bigint, node text, visit int
SELECT a.run_id, CASE WHEN q.id IS NOT NULL THEN 'next' WHEN c.has_way THEN 'empty' END AS outcome,
       NULL::timestamptz AS due_at, CASE WHEN q.id IS NULL AND NOT c.has_way THEN 'coupons_out' END AS failure,
       jsonb_strip_nulls(jsonb_build_object('pool', c.pool, 'code', q.code)) AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, pool text, has_way boolean)
  ON c.version_id = a.version_id AND c.node = a.node
LEFT JOIN journeys_coupon q ON q.run_id = a.run_id AND q.visit = a.visit

-- name: warn_of_pools
-- The pools of these nodes that have come below their mark, once until the next import. Counts no further than the mark.
-- Row locks on those pools; journeys_coupon_free_ix.
UPDATE journeys_coupon_pool p SET warned_at = %(coupon_now)s::timestamptz
WHERE (p.workspace_id, p.key) IN (
    SELECT c.workspace_id, c.pool FROM jsonb_to_recordset(%(pools)s::jsonb) AS c (workspace_id int, pool text))
  AND p.warned_at IS NULL
  AND (SELECT count(*) FROM (
           SELECT FROM journeys_coupon q WHERE q.pool_id = p.id AND q.given_at IS NULL LIMIT p.warn_below) AS few
      ) < p.warn_below
RETURNING p.id

-- name: pool_warnings
-- Told to the log with the person who took the last code above the mark. journeys_coupon_pool_ix.
SELECT p.workspace_id, r.profile_id, 'Coupons Low' AS name, %(coupon_now)s::timestamptz AS occurred_at,
       jsonb_build_object('pool', p.key, 'left', (
           SELECT count(*) FROM journeys_coupon q WHERE q.pool_id = p.id AND q.given_at IS NULL)) AS properties
FROM journeys_coupon_pool p
CROSS JOIN LATERAL (
    SELECT q.run_id FROM journeys_coupon q
    WHERE q.pool_id = p.id AND q.run_id = ANY(%(coupon_runs)s::bigint[]) ORDER BY q.id DESC LIMIT 1) AS last
JOIN journeys_run r ON r.id = last.run_id
WHERE p.id = ANY(%(coupon_pools)s::bigint[])

-- name: step_runs
-- The runs of this step, by number. Temporary table.
-- relation ready: run_id bigint
SELECT a.run_id FROM {ready} a
