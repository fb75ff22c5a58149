-- name: next_timer
-- When the next answer or score of these shards' profiles may change by itself. segments_timer_due_ix and
-- segments_score_due_ix, from their starts.
SELECT least(
    (SELECT t.due_at FROM segments_timer t WHERE t.shard = ANY(%(shards)s::smallint[]) ORDER BY t.due_at LIMIT 1),
    (SELECT r.due_at FROM segments_score r
     WHERE r.shard = ANY(%(shards)s::smallint[]) AND r.due_at IS NOT NULL ORDER BY r.due_at LIMIT 1)
)

-- name: list_members
-- A page of a segment's members by profile. Primary key.
SELECT m.profile_id, m.entered_at FROM segments_membership m
WHERE m.segment_id = %(segment_id)s::bigint AND m.profile_id > %(after)s::bigint
ORDER BY m.profile_id LIMIT %(limit)s::int

-- name: count_members
-- How many are in each segment of the workspace. segments_membership's primary key.
SELECT g.key, (SELECT count(*) FROM segments_membership m WHERE m.segment_id = g.id)
FROM segments_segment g WHERE g.workspace_id = %(workspace_id)s::int AND g.state <> 'removing'

-- name: list_list_members
-- A page of a list's living members by profile. Primary keys.
SELECT m.profile_id, m.added_at FROM segments_list_member m JOIN profiles_profile p ON p.id = m.profile_id
WHERE m.list_id = %(list_id)s::bigint AND m.profile_id > %(after)s::bigint
  AND p.merged_into_id IS NULL AND p.erased_at IS NULL
ORDER BY m.profile_id LIMIT %(limit)s::int

-- name: list_profile_segments
-- The segments that a profile is in. segments_membership_profile_ix.
SELECT g.key, m.entered_at FROM segments_membership m JOIN segments_segment g ON g.id = m.segment_id
WHERE m.profile_id = %(profile_id)s::bigint AND m.workspace_id = %(workspace_id)s::int AND g.state <> 'removing'
ORDER BY g.key

-- name: list_profile_lists
-- The lists that a profile is on. segments_list_member_prof_ix.
SELECT l.key, m.added_at FROM segments_list_member m JOIN segments_list l ON l.id = m.list_id
WHERE m.profile_id = %(profile_id)s::bigint AND m.workspace_id = %(workspace_id)s::int ORDER BY l.key

-- name: bound_statements
-- The longest time of a statement, the memory of a sort or hash, the helpers of a scan, what the planner takes a row
-- from a helper to cost, and whether nested loops are planned, until the transaction ends; yields what they were.
WITH before AS MATERIALIZED (
    SELECT current_setting('statement_timeout') AS timeout, current_setting('work_mem') AS memory,
           current_setting('max_parallel_workers_per_gather') AS helpers, current_setting('parallel_tuple_cost') AS passing,
           current_setting('enable_nestloop') AS loops
)
SELECT b.timeout, b.memory, b.helpers, b.passing, b.loops, set_config('statement_timeout', %(timeout)s::text, true),
       set_config('work_mem', %(memory)s::text, true),
       set_config('max_parallel_workers_per_gather', %(helpers)s::text, true),
       set_config('parallel_tuple_cost', %(passing)s::text, true),
       set_config('enable_nestloop', %(loops)s::text, true)
FROM before b

-- name: sample_people
-- Every so many-th living profile of the workspace, so many that about `size` remain: (how many people one of them stands
-- for, their numbers). profiles_profile_workspace_ix, whole, twice.
WITH living AS (
    SELECT p.id FROM profiles_profile p
    WHERE p.workspace_id = %(workspace_id)s::int AND p.merged_into_id IS NULL AND p.erased_at IS NULL
),
step AS MATERIALIZED (SELECT greatest(1, count(*) / %(size)s::int) AS n, count(*) AS people FROM living),
taken AS MATERIALIZED (SELECT l.id FROM living l CROSS JOIN step s WHERE l.id %% s.n = 0)
SELECT (SELECT s.people FROM step s)::float8 / greatest(1, (SELECT count(*) FROM taken)),
       ARRAY(SELECT t.id FROM taken t)
