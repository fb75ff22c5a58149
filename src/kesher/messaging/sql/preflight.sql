-- name: preflight_size
-- How many are in a segment or on a list, of the living: who was merged keeps her row on a list. Primary keys.
SELECT s.id, (SELECT count(*) FROM segments_membership m WHERE m.segment_id = s.id) FROM segments_segment s
WHERE s.workspace_id = %(workspace_id)s::integer AND s.key = %(segment)s::text
UNION ALL
SELECT l.id, (SELECT count(*) FROM segments_list_member m JOIN profiles_profile p ON p.id = m.profile_id
              WHERE m.list_id = l.id AND p.merged_into_id IS NULL AND p.erased_at IS NULL)
FROM segments_list l WHERE l.workspace_id = %(workspace_id)s::integer AND l.key = %(list)s::text

-- name: preflight_people
-- Why people of a broadcast's audience would not get it, by reason and, of those who might, by place: the gate's
-- questions that need no clock of the person's. Reads only; the members' primary keys, messaging_message_profile_ix.
-- relation unreachable: profile_id bigint, channel text, topic text, reason text
WITH cap AS MATERIALIZED (
    SELECT c.channel, c."limit" AS most, c.window_hours * interval '1 hour' AS span
    FROM messaging_policy q CROSS JOIN LATERAL jsonb_to_recordset(q.caps) AS c (channel text, "limit" integer, window_hours integer)
    WHERE q.workspace_id = %(workspace_id)s::integer
), asked AS (
    SELECT coalesce(u.reason, CASE
               WHEN ('x' || left(md5((w.settings #>> '{holdout,salt}') || ':' || p.id), 8))::bit(32)::bigint %% 10000
                    < (w.settings #>> '{holdout,share}')::integer THEN 'holdout' END) AS reason,
           coalesce(p.timezone, '') AS zone,
           coalesce(p.traits ->> 'country', p.traits #>> '{address,country}', '') AS country,
           coalesce(p.traits ->> 'city', p.traits #>> '{address,city}', '') AS city,
           EXISTS (
               SELECT FROM cap c WHERE c.channel IN ('', u.channel) AND c.most <= (
                   SELECT count(*) FROM messaging_message o
                   WHERE o.profile_id = p.id AND o.purpose <> 'transactional' AND c.channel IN ('', o.channel)
                     AND o.sent_at > %(now)s::timestamptz - c.span)
           ) AS capped
    FROM {unreachable} u JOIN profiles_profile p ON p.id = u.profile_id
    JOIN accounts_workspace w ON w.id = p.workspace_id
)
SELECT a.reason, CASE WHEN a.reason IS NULL THEN a.zone END, CASE WHEN a.reason IS NULL THEN a.country END,
       CASE WHEN a.reason IS NULL THEN a.city END, a.reason IS NULL AND a.capped, count(*)
FROM asked a GROUP BY 1, 2, 3, 4, 5

-- name: broadcast_results
-- What became of a broadcast's messages; what programs did is apart. messaging_message_broadcast_uq.
SELECT count(*), count(*) FILTER (WHERE m.state IN ('reserved', 'sending')), count(*) FILTER (WHERE m.state = 'sent'),
       count(*) FILTER (WHERE m.state = 'held'), count(*) FILTER (WHERE m.state = 'failed'),
       count(m.delivered_at), count(m.opened_at), count(m.clicked_at), count(m.bounced_at), count(m.complained_at),
       count(m.unsubscribed_at), count(*) FILTER (WHERE m.machine_at IS NOT NULL AND m.opened_at IS NULL)
FROM messaging_message m WHERE m.broadcast_id = %(broadcast)s::bigint

-- name: broadcast_reasons
-- Why messages of a broadcast wait, were held or failed. messaging_message_broadcast_uq.
SELECT m.state, m.reason, count(*) FROM messaging_message m
WHERE m.broadcast_id = %(broadcast)s::bigint AND m.reason IS NOT NULL AND m.state <> 'sent'
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
