-- name: load_profiles
-- What a rule may ask of the profiles themselves, in memory; numbers stay exact as text. Primary key; no lock.
SELECT p.id, p.traits::text, p.email, p.phone, p.language, p.timezone, w.timezone
FROM profiles_profile p JOIN accounts_workspace w ON w.id = p.workspace_id
WHERE p.id = ANY(%(profiles)s::bigint[])

-- name: load_events
-- The history of the profiles, of some names or (NULL) of all, oldest first. events_event_profile_ix; no lock.
SELECT e.profile_id, e.name, e.type, e.occurred_at, e.properties::text
FROM events_event e
WHERE e.profile_id = ANY(%(profiles)s::bigint[])
  AND (%(names)s::text[] IS NULL OR e.name = ANY(%(names)s::text[]))
ORDER BY e.profile_id, e.occurred_at, e.id

-- name: load_summary
-- How often, first and last the profiles did things. Primary key; no lock.
SELECT s.profile_id, s.name, s.count, s.first_at, s.last_at
FROM events_summary s
WHERE s.profile_id = ANY(%(profiles)s::bigint[])
  AND (%(names)s::text[] IS NULL OR s.name = ANY(%(names)s::text[]))

-- name: load_memberships
-- The segments and lists that the profiles are in, by key. segments_membership_profile_ix,
-- segments_list_member_prof_ix; no lock.
SELECT m.profile_id, 'segment' AS kind, g.key
FROM segments_membership m JOIN segments_segment g ON g.id = m.segment_id
WHERE m.profile_id = ANY(%(profiles)s::bigint[])
UNION ALL
SELECT m.profile_id, 'list', g.key
FROM segments_list_member m JOIN segments_list g ON g.id = m.list_id
WHERE m.profile_id = ANY(%(profiles)s::bigint[])
