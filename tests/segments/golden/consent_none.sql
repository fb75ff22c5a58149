-- holds
NOT EXISTS (SELECT
FROM consent_state c
WHERE c.profile_id = p.id AND c.channel = %(r1_1)s::text AND c.topic = %(r1_2)s::text)

-- verdict
SELECT NOT EXISTS (SELECT
FROM consent_state c
WHERE c.profile_id = p.id AND c.channel = %(r1_1)s::text AND c.topic = %(r1_2)s::text) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 'sms'
-- r1_2 = ''
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
