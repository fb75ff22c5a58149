-- holds
(
        SELECT coalesce(bool_and(s.state <> 'denied') FILTER (WHERE s.topic = ''), true)
            AND coalesce(
                bool_or(s.state = 'granted') FILTER (WHERE s.topic <> ''),
                bool_or(s.state = 'granted') FILTER (WHERE s.topic = ''),
                false
            )
       
FROM consent_state s
       
WHERE s.profile_id = p.id AND s.channel = %(r1_1)s::text AND s.topic IN ('', %(r1_2)s::text)
    )

-- verdict
SELECT (
        SELECT coalesce(bool_and(s.state <> 'denied') FILTER (WHERE s.topic = ''), true)
            AND coalesce(
                bool_or(s.state = 'granted') FILTER (WHERE s.topic <> ''),
                bool_or(s.state = 'granted') FILTER (WHERE s.topic = ''),
                false
            )
       
FROM consent_state s
       
WHERE s.profile_id = p.id AND s.channel = %(r1_1)s::text AND s.topic IN ('', %(r1_2)s::text)
    ) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 'email'
-- r1_2 = 'news'
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
