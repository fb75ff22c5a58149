-- name: attribute_goals
-- What each goal that was reached in this tick is worth, in minor units, and which of the run's messages were clicked,
-- opened or sent within the window of that touch before it: each by its strongest. A currency is three letters; its
-- digits are two but for the exceptions passed in. Temporary tables; messaging_message_run_uq, journeys_run's key.
WITH term AS (
    SELECT * FROM jsonb_to_recordset(%(terms)s::jsonb)
        AS t (version_id bigint, click interval, open interval, send interval, value text[], currency text)
), worth AS (
    SELECT l.number, r.goal_at, l.run_id, term.click, term.open, term.send, c.currency,
           CASE WHEN jsonb_typeof(s.properties #> term.value) = 'number'
                 AND abs((s.properties #>> term.value)::numeric) < 1e12
                THEN round((s.properties #>> term.value)::numeric
                           * 10 ^ coalesce((%(digits)s::jsonb ->> c.currency)::int, 2))::bigint END AS value
    FROM journeys_log l
    JOIN term ON term.version_id = l.version_id
    JOIN journeys_run r ON r.id = l.run_id
    LEFT JOIN events_slice s ON s.event_id = (l.facts ->> 'event_id')::bigint
    CROSS JOIN LATERAL (
        SELECT CASE WHEN upper(s.properties ->> 'currency') ~ '^[A-Z]{3}$' THEN upper(s.properties ->> 'currency')
                    ELSE term.currency END AS currency) AS c
    WHERE l.name = 'Journey Goal Reached'
), touched AS (
    SELECT w.number, jsonb_agg(jsonb_build_object('message_id', m.id, 'node', m.node, 'touch', t.touch, 'at', t.at)
                               ORDER BY m.id) AS messages
    FROM worth w JOIN messaging_message m ON m.run_id = w.run_id
    CROSS JOIN LATERAL (
        SELECT * FROM (VALUES (1, 'click', m.clicked_at, w.click), (2, 'open', m.opened_at, w.open),
                              (3, 'send', m.sent_at, w.send)) AS t (rank, touch, at, span)
        WHERE t.at > w.goal_at - t.span AND t.at <= w.goal_at ORDER BY t.rank LIMIT 1) AS t
    GROUP BY w.number
)
UPDATE journeys_log l
SET facts = l.facts || jsonb_strip_nulls(jsonb_build_object(
    'value', w.value, 'currency', CASE WHEN w.value IS NOT NULL THEN w.currency END, 'messages', t.messages))
FROM worth w LEFT JOIN touched t ON t.number = w.number
WHERE l.number = w.number

-- name: count_conversions
-- The conversions of those who were treated: as a whole, and once for each node that has a part in them, by its
-- strongest touch. Row locks in the order of the key; primary key.
INSERT INTO journeys_conversion AS c (version_id, node, touch, currency, day, conversions, value)
SELECT l.version_id, part.node, part.touch, coalesce(l.facts ->> 'currency', ''),
       (%(now)s::timestamptz AT TIME ZONE 'UTC')::date, count(*),
       coalesce(sum((l.facts ->> 'value')::bigint), 0)
FROM journeys_log l
CROSS JOIN LATERAL (
    SELECT '' AS node, '' AS touch
    UNION ALL
    SELECT m.node, min(m.touch) FROM jsonb_to_recordset(coalesce(l.facts -> 'messages', '[]')) AS m (node text, touch text)
    GROUP BY m.node
) AS part
WHERE l.name = 'Journey Goal Reached' AND NOT l.facts ? 'holdout'
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (version_id, node, touch, currency, day) DO UPDATE
SET conversions = c.conversions + excluded.conversions, value = c.value + excluded.value

-- name: journey_conversions
-- The conversions of all versions of a journey, summed. Primary key of journeys_conversion.
SELECT c.node, c.touch, c.currency, sum(c.conversions)::bigint, sum(c.value)::bigint
FROM journeys_version v JOIN journeys_conversion c ON c.version_id = v.id
WHERE v.journey_id = %(journey)s::bigint
GROUP BY c.node, c.touch, c.currency ORDER BY c.node, c.touch, c.currency

-- name: journey_groups
-- People by whether they were held out, by the journey or of its messages by the workspace, and how many of them
-- reached the goal in any of their runs. Reads the journey's runs; journeys_run_recent_ix, messaging_message_run_uq.
SELECT count(*) FILTER (WHERE NOT held_out), count(*) FILTER (WHERE NOT held_out AND converted),
       count(*) FILTER (WHERE held_out), count(*) FILTER (WHERE held_out AND converted)
FROM (
    SELECT bool_or(r.reason IS NOT DISTINCT FROM 'holdout' OR EXISTS (
               SELECT FROM messaging_message m
               WHERE m.run_id = r.id AND m.state = 'held' AND m.reason = 'holdout')) AS held_out,
           bool_or(r.goal_at IS NOT NULL) AS converted
    FROM journeys_run r WHERE r.journey_id = %(journey)s::bigint
    GROUP BY r.profile_id
) AS person
