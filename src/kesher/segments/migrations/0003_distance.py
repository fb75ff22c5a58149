"""How far a point is that a person's traits hold. Twin of segments/leaves/location.py."""

from django.db import migrations

FUNCTION = r"""
-- Kilometres on the great circle by the haversine formula (R. W. Sinnott, 1984), Earth's mean radius of GRS 80; NULL
-- where the traits are not degrees.
CREATE FUNCTION segments_distance_km(
    latitude float8, longitude float8, other_latitude jsonb, other_longitude jsonb
) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN jsonb_typeof(other_latitude) = 'number' AND jsonb_typeof(other_longitude) = 'number' THEN
    CASE WHEN other_latitude::numeric BETWEEN -90 AND 90 AND other_longitude::numeric BETWEEN -180 AND 180 THEN
        2 * 6371.0088::float8 * asin(least(1::float8, sqrt(
            sin((radians(other_latitude::float8) - radians(latitude)) / 2)
            * sin((radians(other_latitude::float8) - radians(latitude)) / 2)
            + cos(radians(latitude)) * cos(radians(other_latitude::float8))
            * sin((radians(other_longitude::float8) - radians(longitude)) / 2)
            * sin((radians(other_longitude::float8) - radians(longitude)) / 2))))
    END END;
"""


class Migration(migrations.Migration):
    dependencies = [("segments", "0002_functions")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION segments_distance_km(float8, float8, jsonb, jsonb)")
    ]
