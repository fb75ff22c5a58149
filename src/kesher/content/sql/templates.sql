-- name: compiled_version
-- One version with its compiled variants, for the cache of a sending process. No locks; primary key of the version,
-- unique index (version_id, language) of the variants.
SELECT v.workspace_id, t.key, v.fallback_language, v.missing,
       jsonb_agg(jsonb_build_array(r.language, r.subject, r.compiled_html, r.compiled_text, r.links) ORDER BY r.language)
FROM content_template_version v
JOIN content_template t ON t.id = v.template_id
JOIN content_variant r ON r.version_id = v.id
WHERE v.id = %(version_id)s::bigint
GROUP BY v.id, t.id

-- name: brand_kit
-- The workspace's own name and zone stand in for what its brand kit leaves out. No locks; three primary keys.
SELECT w.name, w.timezone, coalesce(b.values, '{}'::jsonb), coalesce(l.values, '{}'::jsonb)
FROM accounts_workspace w
LEFT JOIN content_brand_kit b ON b.workspace_id = w.id
LEFT JOIN consent_legal_profile l ON l.workspace_id = w.id
WHERE w.id = %(workspace_id)s::int

-- name: template_summaries
-- The templates of a workspace with their current versions, for a list. No locks; unique index (workspace_id, key).
SELECT t.id, t.key, t.name, t.channel, v.id, v.number,
       jsonb_object_agg(r.language, r.subject ORDER BY r.language), t.created_at, t.archived_at
FROM content_template t
JOIN content_template_version v ON v.id = t.current_version_id
JOIN content_variant r ON r.version_id = v.id
WHERE t.workspace_id = %(workspace_id)s::int
  AND (%(with_archived)s::boolean OR t.archived_at IS NULL)
  AND t.key > %(after_key)s::text
GROUP BY t.id, v.id
ORDER BY t.key
LIMIT %(limit)s::int

-- name: template_keys
-- The templates that a rule may name, archived ones too: what was sent was sent. Unique key.
SELECT t.key FROM content_template t WHERE t.workspace_id = %(workspace_id)s::int ORDER BY t.key

-- name: without_way_out
-- The languages of a version in which no link leads out: an advertisement must not leave like that.
-- content_variant_language_uq.
SELECT v.language FROM content_variant v
WHERE v.version_id = %(version_id)s::bigint AND v.compiled_html !~ 'links\.(unsubscribe|preferences)'
ORDER BY v.language
