-- name: erase_people
-- People who were erased are in no segment, on no list, have no score and wait for nothing. Profile indexes and
-- primary keys.
WITH memberships AS (
    DELETE FROM segments_membership m WHERE m.profile_id = ANY(%(profiles)s::bigint[])
), timers AS (
    DELETE FROM segments_timer t WHERE t.profile_id = ANY(%(profiles)s::bigint[])
), lists AS (
    DELETE FROM segments_list_member m WHERE m.profile_id = ANY(%(profiles)s::bigint[])
), scores AS (
    DELETE FROM segments_score r WHERE r.profile_id = ANY(%(profiles)s::bigint[])
)
DELETE FROM segments_known_profile k WHERE k.profile_id = ANY(%(profiles)s::bigint[])

-- name: export_memberships
-- The segments and lists that a person is in. segments_membership_profile_ix, segments_list_member_prof_ix.
SELECT 'segment' AS kind, g.key, m.entered_at AS since
FROM segments_membership m JOIN segments_segment g ON g.id = m.segment_id
WHERE m.profile_id = ANY(%(profiles)s::bigint[])
UNION ALL
SELECT 'list', l.key, m.added_at FROM segments_list_member m JOIN segments_list l ON l.id = m.list_id
WHERE m.profile_id = ANY(%(profiles)s::bigint[])
ORDER BY 1, 2
