-- name: remember_addresses
-- The addresses of people who are being erased, as keyed digests. Profiles locked; profiles_identifier_profile_ix.
INSERT INTO consent_erased_address (workspace_id, kind, digest, erased_at)
SELECT DISTINCT a.workspace_id, a.kind,
    sha256(%(digest_outer)s::bytea || sha256(%(digest_inner)s::bytea
        || convert_to(a.workspace_id || ' ' || a.kind || ' ' || lower(btrim(a.value)), 'UTF8'))),
    %(now)s::timestamptz
FROM (
    SELECT i.workspace_id, i.kind, i.value FROM profiles_identifier i
    WHERE i.profile_id = ANY(%(profiles)s::bigint[]) AND i.kind IN ('email', 'phone')
    UNION ALL
    SELECT p.workspace_id, c.kind, c.value FROM profiles_profile p
    CROSS JOIN LATERAL (VALUES ('email', p.email), ('phone', p.phone)) AS c (kind, value)
    WHERE p.id = ANY(%(profiles)s::bigint[]) AND c.value IS NOT NULL
) a
ON CONFLICT (workspace_id, kind, digest) DO NOTHING

-- name: erase_consents
-- The history stays as the proof that it was lawful to write to somebody, without what says who it was; what holds
-- ends. consent_entry_profile_ix, consent_state's primary key.
WITH states AS (
    DELETE FROM consent_state s WHERE s.profile_id = ANY(%(profiles)s::bigint[])
)
UPDATE consent_entry e SET evidence = '{}' WHERE e.profile_id = ANY(%(profiles)s::bigint[]) AND e.evidence <> '{}'

-- name: release_address
-- An address may be written to again, by hand. Primary key.
DELETE FROM consent_erased_address
WHERE workspace_id = %(workspace_id)s::int AND kind = %(kind)s::text AND digest = %(digest)s::bytea

-- name: export_consents
-- All that a person ever said about being written to, oldest first. consent_entry_profile_ix.
SELECT channel, topic, state, source, wording, evidence, given_at, recorded_at FROM consent_entry
WHERE profile_id = ANY(%(profiles)s::bigint[]) ORDER BY given_at, id
