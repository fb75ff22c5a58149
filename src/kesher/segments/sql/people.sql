-- name: load_people
-- What a rule may ask of some profiles themselves, in memory; JSON as text, so that its numbers stay exact. Primary
-- keys; no lock.
-- relation asked: profile_id bigint, now timestamptz
SELECT a.now, p.id, p.traits::text AS traits, p.email, p.phone, p.language, p.timezone, w.timezone AS workspace_timezone
FROM {asked} AS a
JOIN profiles_profile p ON p.id = a.profile_id
JOIN accounts_workspace w ON w.id = p.workspace_id

-- name: load_past
-- The same people with what they did: the events of the log, oldest first, and by name how often, first and last. One
-- row a person, so that a question about one is one round trip. events_event_profile_ix, primary key of
-- events_summary; no lock.
-- relation people: now timestamptz, id bigint
-- relation log: profile_id bigint, id bigint, name text, type text, occurred_at timestamptz, properties jsonb
-- relation summary: profile_id bigint, name text, count bigint, first_at timestamptz, last_at timestamptz
SELECT people.*, past.events, done.summary
FROM {people} AS people
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(e.name, e.type, e.occurred_at, e.properties) ORDER BY e.occurred_at, e.id)::text
        AS events
    FROM {log} AS e WHERE e.profile_id = people.id
) AS past ON true
LEFT JOIN LATERAL (
    SELECT json_agg(json_build_array(s.name, s.count, s.first_at, s.last_at))::text AS summary
    FROM {summary} AS s WHERE s.profile_id = people.id
) AS done ON true

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
