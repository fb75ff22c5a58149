-- name: list_names
-- What a definition may name; an archived template goes on working. A closed template has a version in force in which
-- a reader finds no link to leave by. Few rows; the unique keys of each table.
SELECT 'template' AS kind, key FROM content_template
WHERE workspace_id = %(workspace_id)s::int AND current_version_id IS NOT NULL
UNION ALL
SELECT DISTINCT 'closed_template', t.key
FROM content_template t JOIN content_variant v ON v.version_id = t.current_version_id
WHERE t.workspace_id = %(workspace_id)s::int AND v.compiled_html !~ 'links\.(unsubscribe|preferences)'
UNION ALL
SELECT 'topic', key FROM consent_topic WHERE workspace_id = %(workspace_id)s::int AND archived_at IS NULL
UNION ALL
SELECT 'segment', key FROM segments_segment WHERE workspace_id = %(workspace_id)s::int AND state <> 'removing'
UNION ALL
SELECT 'list', key FROM segments_list WHERE workspace_id = %(workspace_id)s::int
UNION ALL
SELECT 'journey', key FROM journeys_journey
WHERE workspace_id = %(workspace_id)s::int AND state <> 'archived'
UNION ALL
SELECT 'coupon_pool', key FROM journeys_coupon_pool WHERE workspace_id = %(workspace_id)s::int
UNION ALL
SELECT 'secret', name FROM journeys_secret WHERE workspace_id = %(workspace_id)s::int
UNION ALL
SELECT 'member', u.email FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
WHERE m.workspace_id = %(workspace_id)s::int AND u.is_active

-- name: list_keys
-- The journeys that a rule may name. Unique key.
SELECT j.key FROM journeys_journey j WHERE j.workspace_id = %(workspace_id)s::int ORDER BY j.key

-- name: list_using
-- The journeys in force whose definition has a member of that name and value, however deep. Reads the few definitions
-- in force; journeys_journey_key_uq.
SELECT j.key FROM journeys_journey j JOIN journeys_version v ON v.id = j.current_version_id
WHERE j.workspace_id = %(workspace_id)s::int AND j.state IN ('live', 'paused')
  AND jsonb_path_exists(v.definition, ('$.** ? (@."' || %(member)s::text || '" == $key)')::jsonpath,
                        jsonb_build_object('key', %(key)s::text))
ORDER BY j.key
