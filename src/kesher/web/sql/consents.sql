-- name: stated_wills
-- What a person said on the preference page, as the relation that events.services.record_consents takes. No locks.
SELECT %(will_workspace_id)s::int AS workspace_id, %(will_profile_id)s::bigint AS profile_id,
       %(will_channel)s::text AS channel, said.topic, said.state, %(will_source)s::text AS source, said.wording,
       %(will_evidence)s::jsonb AS evidence, %(will_at)s::timestamptz AS given_at
FROM unnest(%(will_topics)s::text[], %(will_states)s::text[], %(will_wordings)s::text[]) AS said (topic, state, wording)
