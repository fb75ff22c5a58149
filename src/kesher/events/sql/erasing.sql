-- name: read_people
-- Whom a relation names, to be worked through in chunks.
-- relation profiles: profile_id bigint
SELECT DISTINCT r.profile_id FROM {profiles} r ORDER BY 1

-- name: erase_events
-- Of what people did the log keeps that it was done, which reports count, and nothing of what it was. Profiles locked;
-- events_event_profile_ix of each partition.
UPDATE events_event e SET properties = '{}', context = '{}'
WHERE e.profile_id = ANY(%(profiles)s::bigint[]) AND (e.properties <> '{}' OR e.context <> '{}')

-- name: erase_merged_summaries
-- What undoing their merges would have needed. Before the merges go; primary key.
DELETE FROM events_merged_summary s
USING profiles_merge m
WHERE s.merge_id = m.id
  AND (m.winner_id = ANY(%(profiles)s::bigint[]) OR m.loser_id = ANY(%(profiles)s::bigint[]))

-- name: erase_summaries
-- What people did, how often. Primary key.
DELETE FROM events_summary s WHERE s.profile_id = ANY(%(profiles)s::bigint[])

-- name: erasure_events
-- The system events of erasures: the person's last. No table.
SELECT workspace_id, profile_id, 'Profile Erased' AS name, %(erase_now)s::timestamptz AS occurred_at,
    jsonb_build_object('profiles', profiles::jsonb) AS properties
FROM unnest(%(erase_workspaces)s::int[], %(erase_people)s::bigint[], %(erase_profiles)s::text[])
    AS p (workspace_id, profile_id, profiles)

-- name: queue_erasure
-- The lake forgets them when it is tended. What a merge that was undone had brought to others, and what one had brought
-- to them from others, is named by its numbers: the lake has it under the profile of the time of export. Primary key,
-- profiles_merge_winner_ix, events_event_profile_ix.
INSERT INTO events_erasure (profile_id, workspace_id, event_ids, spared_ids, erased_at)
SELECT u.profile_id, %(workspace_id)s::int,
    CASE WHEN EXISTS (
        SELECT FROM profiles_merge m
        WHERE m.undone_at IS NOT NULL AND (m.winner_id = u.profile_id OR m.loser_id = u.profile_id)
    ) THEN ARRAY(SELECT e.id FROM events_event e WHERE e.profile_id = u.profile_id) ELSE '{}' END,
    ARRAY(
        SELECT e.id FROM profiles_merge m JOIN events_event e ON e.profile_id = profiles_home(m.loser_id)
        WHERE m.winner_id = u.profile_id AND m.undone_at IS NOT NULL AND e.received_at < m.undone_at
          AND e.profile_id <> ALL(%(profiles)s::bigint[])),
    %(now)s::timestamptz
FROM unnest(%(profiles)s::bigint[]) AS u (profile_id)
ON CONFLICT (profile_id) DO NOTHING

-- name: next_erasures
-- The people whom the lake is to forget, some at a time. Primary key.
SELECT profile_id, workspace_id, event_ids, spared_ids FROM events_erasure ORDER BY profile_id LIMIT %(limit)s::int

-- name: finish_erasures
-- The lake has forgotten them. Primary key.
DELETE FROM events_erasure WHERE profile_id = ANY(%(profiles)s::bigint[])

-- name: list_erased
-- The profiles that the slice says were erased. Temporary table.
SELECT DISTINCT (jsonb_array_elements_text(s.properties -> 'profiles'))::bigint FROM events_slice s
WHERE s.type = 'system' AND s.name = 'Profile Erased'

-- name: export_events
-- All that a person did, oldest first. events_event_profile_ix of each partition.
SELECT id, type, name, occurred_at, received_at, properties, context FROM events_event
WHERE profile_id = ANY(%(profiles)s::bigint[]) ORDER BY occurred_at, id
