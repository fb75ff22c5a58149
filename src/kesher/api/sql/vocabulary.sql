-- name: list_named_things
-- What rules and nodes may name, with what people call it: of each kind at most so many, by key. Reads only; the unique
-- keys of each table.
(SELECT 'segment' AS kind, s.key, s.name FROM segments_segment s
 WHERE s.workspace_id = %(workspace_id)s::int AND s.state <> 'removing' ORDER BY s.key LIMIT %(most)s::int)
UNION ALL
(SELECT 'list', l.key, l.name FROM segments_list l
 WHERE l.workspace_id = %(workspace_id)s::int ORDER BY l.key LIMIT %(most)s::int)
UNION ALL
(SELECT 'score', m.key, m.name FROM segments_score_model m
 WHERE m.workspace_id = %(workspace_id)s::int AND m.state <> 'removing' ORDER BY m.key LIMIT %(most)s::int)
UNION ALL
(SELECT 'stage', m.key || '/' || (g.stage ->> 'key'), coalesce(g.stage -> 'name', g.stage -> 'key')
 FROM segments_score_model m CROSS JOIN LATERAL jsonb_array_elements(m.definition -> 'stages') AS g (stage)
 WHERE m.workspace_id = %(workspace_id)s::int AND m.state <> 'removing' ORDER BY 2 LIMIT %(most)s::int)
UNION ALL
(SELECT 'topic', t.key, t.name FROM consent_topic t
 WHERE t.workspace_id = %(workspace_id)s::int AND t.archived_at IS NULL ORDER BY t.key LIMIT %(most)s::int)
UNION ALL
(SELECT 'template', c.key, c.name FROM content_template c
 WHERE c.workspace_id = %(workspace_id)s::int AND c.current_version_id IS NOT NULL AND c.archived_at IS NULL
 ORDER BY c.key LIMIT %(most)s::int)
UNION ALL
(SELECT 'broadcast', b.key, b.name FROM messaging_broadcast b
 WHERE b.workspace_id = %(workspace_id)s::int ORDER BY b.id DESC LIMIT %(most)s::int)
UNION ALL
(SELECT 'journey', j.key, j.name FROM journeys_journey j
 WHERE j.workspace_id = %(workspace_id)s::int AND j.state <> 'archived' ORDER BY j.key LIMIT %(most)s::int)
UNION ALL
(SELECT 'coupon_pool', p.key, p.name FROM journeys_coupon_pool p
 WHERE p.workspace_id = %(workspace_id)s::int ORDER BY p.key LIMIT %(most)s::int)
UNION ALL
(SELECT 'secret', x.name, to_jsonb(x.name) FROM journeys_secret x
 WHERE x.workspace_id = %(workspace_id)s::int ORDER BY x.name LIMIT %(most)s::int)
UNION ALL
(SELECT 'member', u.email, to_jsonb(coalesce(nullif(u.name, ''), u.email))
 FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
 WHERE m.workspace_id = %(workspace_id)s::int AND u.is_active ORDER BY u.email LIMIT %(most)s::int)
UNION ALL
(SELECT 'object', k.key, coalesce(nullif(k.name, '{}'), to_jsonb(k.key)) FROM profiles_object_kind k
 WHERE k.workspace_id = %(workspace_id)s::int ORDER BY k.key LIMIT %(most)s::int)
