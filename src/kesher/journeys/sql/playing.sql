-- name: load_told
-- What profiles were told so far, for a play that begins now. Primary keys; no lock.
SELECT p.id, p.traits::text, p.language, p.timezone, p.traits_at
FROM profiles_profile p
WHERE p.workspace_id = %(workspace_id)s::int AND p.id = ANY(%(profiles)s::bigint[])
  AND p.merged_into_id IS NULL AND p.erased_at IS NULL

-- name: list_templates
-- Which templates could be sent now, and in which version. content_template_key_uq; no lock.
SELECT key, current_version_id FROM content_template
WHERE workspace_id = %(workspace_id)s::int AND current_version_id IS NOT NULL

-- name: load_history
-- What people did, in the order in which it was received, but for what a journey itself did and for the segments that a
-- play keeps itself. events_event_profile_ix; no lock.
SELECT e.profile_id, e.id, e.type, e.name, e.occurred_at, e.received_at, e.properties::text, e.context::text
FROM events_event e
WHERE e.profile_id = ANY(%(profiles)s::bigint[]) AND e.received_at <= %(until)s::timestamptz
  AND (%(names)s::text[] IS NULL OR e.name = ANY(%(names)s::text[]))
  AND NOT (e.type = 'system' AND (
      e.name IN ('Segment Entered', 'Segment Left') AND e.properties ->> 'segment' = ANY(%(segments)s::text[])
      OR e.properties ->> 'journey' = %(journey)s::text AND e.name NOT IN ('Journey Requested', 'Webhook Received')))
ORDER BY e.profile_id, e.received_at, e.id

-- name: load_activity
-- How often people did things, which is remembered longer than the log. Primary key of events_summary; no lock.
SELECT s.profile_id, s.name, s.count, s.first_at, s.last_at FROM events_summary s
WHERE s.profile_id = ANY(%(profiles)s::bigint[])
  AND (%(names)s::text[] IS NULL OR s.name = ANY(%(names)s::text[]))

-- name: people_of_event
-- Who did something in a period, the living only. Scans the period's days of events_event by name; no lock.
SELECT p.id FROM profiles_profile p
WHERE p.workspace_id = %(workspace_id)s::int AND p.merged_into_id IS NULL AND p.erased_at IS NULL
  AND p.id IN (SELECT e.profile_id FROM events_event e
               WHERE e.workspace_id = %(workspace_id)s::int AND e.name = %(name)s::text
                 AND e.log_day >= (%(start)s::timestamptz AT TIME ZONE 'UTC')::date
                 AND e.received_at >= %(start)s::timestamptz AND e.received_at <= %(until)s::timestamptz)
ORDER BY p.id

-- name: people_of_workspace
-- Everybody alive. profiles_profile_workspace_ix; no lock.
SELECT p.id FROM profiles_profile p
WHERE p.workspace_id = %(workspace_id)s::int AND p.merged_into_id IS NULL AND p.erased_at IS NULL ORDER BY p.id
