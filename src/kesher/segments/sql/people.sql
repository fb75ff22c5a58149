-- name: load_profiles
-- What a rule may ask of the profiles themselves, in memory; numbers stay exact as text. Primary key; no lock.
SELECT p.id, p.traits::text, p.email, p.phone, p.language, p.timezone, w.timezone
FROM profiles_profile p JOIN accounts_workspace w ON w.id = p.workspace_id
WHERE p.id = ANY(%(profiles)s::bigint[])

-- name: load_history
-- What the profiles did, of some names or (NULL) of all, oldest first, and, without a type, how often, first and last
-- they did it. events_event_profile_ix, primary key of events_summary; no lock.
SELECT e.profile_id, e.name, e.type, e.occurred_at, e.properties::text,
       NULL::bigint AS count, NULL::timestamptz AS first_at, NULL::timestamptz AS last_at, e.id
FROM events_event e
WHERE e.profile_id = ANY(%(profiles)s::bigint[])
  AND (%(names)s::text[] IS NULL OR e.name = ANY(%(names)s::text[]))
UNION ALL
SELECT s.profile_id, s.name, NULL, NULL, NULL, s.count, s.first_at, s.last_at, NULL
FROM events_summary s
WHERE s.profile_id = ANY(%(profiles)s::bigint[])
  AND (%(names)s::text[] IS NULL OR s.name = ANY(%(names)s::text[]))
ORDER BY profile_id, occurred_at, id

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
