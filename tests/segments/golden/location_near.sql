-- holds
(coalesce(segments_distance_km(%(r1_1)s::float8, %(r1_2)s::float8, p.traits -> 'latitude', p.traits -> 'longitude') <= %(r1_3)s::float8, false) OR coalesce(segments_distance_km(%(r1_1)s::float8, %(r1_2)s::float8, (p.traits -> 'address') -> 'latitude', (p.traits -> 'address') -> 'longitude') <= %(r1_3)s::float8, false))

-- verdict
SELECT (coalesce(segments_distance_km(%(r1_1)s::float8, %(r1_2)s::float8, p.traits -> 'latitude', p.traits -> 'longitude') <= %(r1_3)s::float8, false) OR coalesce(segments_distance_km(%(r1_1)s::float8, %(r1_2)s::float8, (p.traits -> 'address') -> 'latitude', (p.traits -> 'address') -> 'longitude') <= %(r1_3)s::float8, false)) AS holds, NULL::timestamptz AS changes_at
-- r1_1 = 32.794
-- r1_2 = 34.9896
-- r1_3 = 5.0
-- r1_now = datetime.datetime(2025, 1, 14, 12, 0, tzinfo=datetime.timezone.utc)
