-- name: list_timeline
-- A person's events of some types, and system events of some names, the newest first, from a place on.
-- events_event_profile_ix of each partition; primary key of events_source.
SELECT e.id, e.type, e.name, e.occurred_at, e.received_at, s.name, e.origin_profile_id, e.properties, e.context
FROM events_event e
LEFT JOIN events_source s ON s.id = e.source_id AND s.workspace_id = e.workspace_id
WHERE e.workspace_id = %(workspace_id)s::int AND e.profile_id = %(profile_id)s::bigint
    AND (e.type = ANY (%(types)s::text[]) OR (e.type = 'system' AND e.name = ANY (%(names)s::text[])))
    AND (%(before_at)s::timestamptz IS NULL
         OR (e.occurred_at, e.id) < (%(before_at)s::timestamptz, %(before_id)s::bigint))
ORDER BY e.occurred_at DESC, e.id DESC LIMIT %(limit)s::int

-- name: list_last_seen
-- When each of some people last did something; what others said of her is no sign of her. Primary key of events_summary.
SELECT profile_id, max(last_at) FROM events_summary
WHERE profile_id = ANY (%(profiles)s::bigint[]) AND name <> %(identified)s::text GROUP BY profile_id
