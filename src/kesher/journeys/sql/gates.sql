-- name: lock_gates
-- From the first gate that a tick meets to its commit no other tick counts at any gate. One lock for all of them, since
-- a tick learns only on its way which gates it meets: with a lock each, two ticks that meet two gates in opposite order
-- would wait for each other. A statement of its own, so that the next one sees what was waited for. Advisory lock.
SELECT pg_advisory_xact_lock(hashtext('kesher gates'))

-- name: open_gates
-- The row that counts at each of these nodes; all versions of a journey share it. Under the lock of lock_gates; primary key.
-- relation ready: journey_id bigint, version_id bigint, node text
INSERT INTO journeys_gate (journey_id, node, issued)
SELECT DISTINCT a.journey_id, a.node, 0
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text)
  ON c.version_id = a.version_id AND c.node = a.node
ON CONFLICT DO NOTHING

-- name: draw_tickets
-- Each newcomer draws the next number of her gate, in the order of arrival. Under the lock of lock_gates;
-- journeys_ticket_run_ix.
-- relation ready: run_id bigint, journey_id bigint, version_id bigint, node text, visit int, node_entered_at timestamptz
WITH drawn AS (
    INSERT INTO journeys_ticket (journey_id, node, number, run_id, visit, at)
    SELECT a.journey_id, a.node, g.issued + row_number() OVER (
               PARTITION BY a.journey_id, a.node ORDER BY a.node_entered_at, r.entered_at, a.run_id),
           a.run_id, a.visit, %(gate_now)s::timestamptz
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text)
      ON c.version_id = a.version_id AND c.node = a.node
    JOIN journeys_gate g ON g.journey_id = a.journey_id AND g.node = a.node
    JOIN journeys_run r ON r.id = a.run_id
    WHERE NOT EXISTS (SELECT FROM journeys_ticket t
                      WHERE t.run_id = a.run_id AND t.visit = a.visit AND t.node = a.node)
    RETURNING journey_id, node, number
)
UPDATE journeys_gate g SET issued = d.number
FROM (SELECT journey_id, node, max(number) AS number FROM drawn GROUP BY journey_id, node) AS d
WHERE g.journey_id = d.journey_id AND g.node = d.node

-- name: pass_tickets
-- Number k passes one period after number k - most did, or now. Who is asked in the same step as her predecessor passes a
-- period after him: the running maximum along k, k + most, k + 2 most, … A predecessor who stands at the gate still
-- cannot pass before now; one who left the journey counts at the time at which he would have passed. Under the lock of
-- lock_gates; journeys_ticket_run_ix and primary keys.
-- relation ready: run_id bigint, journey_id bigint, version_id bigint, node text, visit int
WITH asked AS (
    SELECT t.journey_id, t.node, t.number, c.most, c.period
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, most int, period interval)
      ON c.version_id = a.version_id AND c.node = a.node
    JOIN journeys_ticket t ON t.run_id = a.run_id AND t.visit = a.visit AND t.node = a.node
), based AS (
    SELECT k.*, greatest(%(gate_now)s::timestamptz, before.at + k.period) AS base
    FROM asked k
    LEFT JOIN LATERAL (
        SELECT CASE WHEN t.passed_at IS NULL AND t.at + k.period <= %(gate_now)s::timestamptz AND EXISTS (
                   SELECT FROM journeys_run q
                   WHERE q.id = t.run_id AND q.node = t.node AND q.visit = t.visit AND q.ended_at IS NULL)
               THEN %(gate_now)s::timestamptz ELSE coalesce(t.passed_at, t.at) END AS at
        FROM journeys_ticket t
        WHERE t.journey_id = k.journey_id AND t.node = k.node AND t.number = k.number - k.most
          AND NOT EXISTS (SELECT FROM asked x
                          WHERE x.journey_id = t.journey_id AND x.node = t.node AND x.number = t.number)
    ) AS before ON true
), spaced AS (
    SELECT b.journey_id, b.node, b.number, b.number / b.most * b.period
           + max(b.base - b.number / b.most * b.period) OVER (
               PARTITION BY b.journey_id, b.node, b.most, b.period, b.number %% b.most ORDER BY b.number) AS at
    FROM based b
)
UPDATE journeys_ticket t
SET at = s.at, passed_at = CASE WHEN s.at <= %(gate_now)s::timestamptz THEN %(gate_now)s::timestamptz END
FROM spaced s
WHERE t.journey_id = s.journey_id AND t.node = s.node AND t.number = s.number

-- name: clear_tickets
-- Forgets the tickets that delay nobody any more: older by a period than now, and before those that pass now. Under the
-- lock of lock_gates; a short range from the beginning of the primary key.
-- relation ready: run_id bigint, journey_id bigint, version_id bigint, node text, visit int
WITH passing AS (
    SELECT t.journey_id, t.node, min(t.number - c.most) AS number, max(c.period) AS period
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, most int, period interval)
      ON c.version_id = a.version_id AND c.node = a.node
    JOIN journeys_ticket t ON t.run_id = a.run_id AND t.visit = a.visit AND t.node = a.node
    WHERE t.passed_at IS NOT NULL
    GROUP BY t.journey_id, t.node
)
DELETE FROM journeys_ticket t USING passing p
WHERE t.journey_id = p.journey_id AND t.node = p.node AND t.number <= p.number
  AND coalesce(t.passed_at, t.at) <= %(gate_now)s::timestamptz - p.period
  AND (t.passed_at IS NOT NULL OR NOT EXISTS (
      SELECT FROM journeys_run q
      WHERE q.id = t.run_id AND q.node = t.node AND q.visit = t.visit AND q.ended_at IS NULL))

-- name: decide_gates
-- On for those who passed, else wait until the number's turn. journeys_ticket_run_ix.
-- relation ready: run_id bigint, version_id bigint, node text, visit int
SELECT a.run_id, CASE WHEN t.passed_at IS NOT NULL THEN 'next' END AS outcome,
       CASE WHEN t.passed_at IS NULL THEN t.at END AS due_at, NULL::text AS failure,
       jsonb_build_object('number', t.number) AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN journeys_ticket t ON t.run_id = a.run_id AND t.visit = a.visit AND t.node = a.node

-- name: admit_people
-- Gives tickets to the first people, one a person, while there are any; a person is known by all her runs, also those
-- that came with a merge. Under the lock of lock_gates; journeys_run_profile_ix, journeys_ticket_run_ix.
-- relation ready: run_id bigint, profile_id bigint, journey_id bigint, version_id bigint, node text, visit int, node_entered_at timestamptz
WITH person AS (
    SELECT DISTINCT ON (a.journey_id, a.node, a.profile_id)
           a.journey_id, a.node, a.run_id, a.visit, a.node_entered_at, r.entered_at, c.most
    FROM {ready} a
    JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, most bigint)
      ON c.version_id = a.version_id AND c.node = a.node
    JOIN journeys_run r ON r.id = a.run_id
    WHERE NOT EXISTS (
        SELECT FROM journeys_run o JOIN journeys_ticket t ON t.run_id = o.id AND t.node = a.node
        WHERE o.profile_id = a.profile_id AND o.journey_id = a.journey_id)
    ORDER BY a.journey_id, a.node, a.profile_id, a.node_entered_at, r.entered_at, a.run_id
), numbered AS (
    SELECT p.*, g.issued + row_number() OVER (
               PARTITION BY p.journey_id, p.node ORDER BY p.node_entered_at, p.entered_at, p.run_id) AS number
    FROM person p JOIN journeys_gate g ON g.journey_id = p.journey_id AND g.node = p.node
), admitted AS (
    INSERT INTO journeys_ticket (journey_id, node, number, run_id, visit, at, passed_at)
    SELECT journey_id, node, number, run_id, visit, %(gate_now)s::timestamptz, %(gate_now)s::timestamptz
    FROM numbered WHERE number <= most
    RETURNING journey_id, node, number
)
UPDATE journeys_gate g SET issued = d.number
FROM (SELECT journey_id, node, max(number) AS number FROM admitted GROUP BY journey_id, node) AS d
WHERE g.journey_id = d.journey_id AND g.node = d.node

-- name: decide_admissions
-- By `then` for people with a ticket. journeys_run_profile_ix, journeys_ticket_run_ix.
-- relation ready: run_id bigint, profile_id bigint, journey_id bigint, version_id bigint, node text
SELECT a.run_id, CASE WHEN own.number IS NULL THEN 'else' ELSE 'then' END AS outcome, NULL::timestamptz AS due_at,
       NULL::text AS failure, jsonb_strip_nulls(jsonb_build_object('number', own.number)) AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text)
  ON c.version_id = a.version_id AND c.node = a.node
LEFT JOIN LATERAL (
    SELECT min(t.number) AS number
    FROM journeys_run o JOIN journeys_ticket t ON t.run_id = o.id AND t.node = a.node
    WHERE o.profile_id = a.profile_id AND o.journey_id = a.journey_id
) AS own ON true

-- name: decide_loops
-- Back while the run has gone back fewer than so many times, then on. Primary key.
-- relation ready: run_id bigint, version_id bigint, node text
SELECT a.run_id, CASE WHEN gone.times < c.times THEN 'then' ELSE 'done' END AS outcome, NULL::timestamptz AS due_at,
       NULL::text AS failure, jsonb_build_object('times', gone.times) AS facts
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, times int)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN journeys_run r ON r.id = a.run_id
CROSS JOIN LATERAL (SELECT coalesce((r.context #>> ARRAY['loops', a.node])::int, 0) AS times) AS gone

-- name: loops_to_remember
-- How often each run has gone back now; who is through begins anew. Primary key.
-- relation ready: run_id bigint, version_id bigint, node text
SELECT a.run_id, jsonb_build_object('loops', coalesce(r.context -> 'loops', '{}') || jsonb_build_object(
           a.node, CASE WHEN gone.times < c.times THEN gone.times + 1 ELSE 0 END)) AS values
FROM {ready} a
JOIN jsonb_to_recordset(%(configs)s::jsonb) AS c (version_id bigint, node text, times int)
  ON c.version_id = a.version_id AND c.node = a.node
JOIN journeys_run r ON r.id = a.run_id
CROSS JOIN LATERAL (SELECT coalesce((r.context #>> ARRAY['loops', a.node])::int, 0) AS times) AS gone
