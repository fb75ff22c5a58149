-- name: sign_events
-- Events with the same hits get the same signature; none is given where each event counts (runs of their own for each
-- value of a key; people held out, whose runs leave no other trace in the tick). Temporary table.
UPDATE journeys_match m SET signature = signed.signature
FROM (
    SELECT event_id,
           CASE WHEN NOT bool_or(kind = 'entry' AND version_id = ANY(%(single)s::bigint[]))
                THEN md5(string_agg(concat_ws('/', version_id, kind, node, ordinal, same_value), ','
                                    ORDER BY version_id, kind, node, ordinal)) END AS signature
    FROM journeys_match GROUP BY event_id
) AS signed
WHERE m.event_id = signed.event_id

-- name: mark_history
-- How far the tick's history goes. Temporary table.
SELECT coalesce(max(number), 0) FROM journeys_log

-- name: note_tried
-- Whom the wave changed may be changed by anything again; for the others its event is known to change nothing, until a
-- wait falls due or a re-entry becomes possible. An event that is older than a run by a day is no answer for younger
-- ones. Temporary tables; journeys_run_profile_ix.
WITH changed AS MATERIALIZED (
    SELECT profile_id FROM journeys_ready WHERE step >= %(first)s::int
    UNION SELECT profile_id FROM journeys_log WHERE number > %(mark)s::bigint
), forgotten AS (
    DELETE FROM journeys_tried t USING changed c WHERE t.profile_id = c.profile_id
)
INSERT INTO journeys_tried (profile_id, signature, until)
SELECT m.profile_id, m.signature, (
    SELECT coalesce(min(t.at), 'infinity') FROM journeys_run r
    LEFT JOIN jsonb_to_recordset(%(terms)s::jsonb) AS v (journey_id bigint, after interval)
      ON v.journey_id = r.journey_id
    CROSS JOIN LATERAL (VALUES (r.due_at), (r.entered_at + v.after), (r.ended_at + v.after)) AS t (at)
    WHERE r.profile_id = m.profile_id AND t.at > m.received_at)
FROM (SELECT DISTINCT profile_id, signature, received_at, occurred_at FROM journeys_match
      WHERE wave = %(wave)s::int AND signature IS NOT NULL) AS m
WHERE NOT EXISTS (SELECT FROM changed c WHERE c.profile_id = m.profile_id)
  AND m.occurred_at > ALL (SELECT r.entered_at - %(late)s::interval FROM journeys_run r
                           WHERE r.profile_id = m.profile_id)

-- name: pass_over_repeats
-- Takes away, of the people of this wave, the events up to the first that was not tried. Temporary tables.
WITH person AS MATERIALIZED (
    SELECT DISTINCT profile_id FROM journeys_match WHERE wave = %(wave)s::int
), fresh AS (
    SELECT m.profile_id, min(m.wave) AS wave
    FROM person p JOIN journeys_match m ON m.profile_id = p.profile_id AND m.wave > %(wave)s::int
    WHERE NOT EXISTS (SELECT FROM journeys_tried t WHERE t.profile_id = m.profile_id AND t.signature = m.signature
                                                     AND m.received_at < t.until)
    GROUP BY m.profile_id
)
DELETE FROM journeys_match m USING person p LEFT JOIN fresh f ON f.profile_id = p.profile_id
WHERE m.profile_id = p.profile_id AND m.wave > %(wave)s::int AND (f.wave IS NULL OR m.wave < f.wave)

-- name: next_wave
-- The next wave that still holds an event. journeys_match_wave_ix.
SELECT min(wave) FROM journeys_match WHERE wave > %(wave)s::int
