"""What the rule compiler calls: dates read without errors, and days in a person's zone. Twins of segments/moments.py."""

from django.db import migrations

FUNCTIONS = r"""
-- The date that a text spells, or NULL. make_date(…, 1) + days never fails; a day past the month's end shows in the month.
CREATE FUNCTION segments_read_date(spelt text) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN spelt ~ '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' THEN
    CASE WHEN extract(month FROM make_date(left(spelt, 4)::int, substr(spelt, 6, 2)::int, 1)
                                 + (substr(spelt, 9, 2)::int - 1)) = substr(spelt, 6, 2)::int
         THEN make_date(left(spelt, 4)::int, substr(spelt, 6, 2)::int, 1) + (substr(spelt, 9, 2)::int - 1) END
END;

-- The moment that a text spells, or NULL.
CREATE FUNCTION segments_read_moment(spelt text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN spelt ~ '^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$' THEN
    CASE WHEN segments_read_date(left(spelt, 10)) IS NOT NULL THEN spelt::timestamptz END
END;

-- The first moment of a day in a zone; an unknown zone means `fallback`, then UTC.
CREATE FUNCTION segments_day_start(day date, zone text, fallback text) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN day::timestamp AT TIME ZONE coalesce(zone, fallback, 'UTC');
EXCEPTION WHEN invalid_parameter_value THEN
    IF zone IS NULL THEN
        RETURN day::timestamp AT TIME ZONE 'UTC';
    END IF;
    RETURN segments_day_start(day, NULL, fallback);
END $$;

-- The day of a JSON date, or of a JSON datetime in a zone; NULL for anything else.
CREATE FUNCTION segments_local_date(value jsonb, zone text, fallback text) RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    moment timestamptz;
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'string' THEN
        RETURN NULL;
    END IF;
    moment := segments_read_moment(value #>> '{}');
    IF moment IS NULL THEN
        RETURN segments_read_date(value #>> '{}');
    END IF;
    RETURN (moment AT TIME ZONE coalesce(zone, fallback, 'UTC'))::date;
EXCEPTION WHEN invalid_parameter_value THEN
    IF zone IS NULL THEN
        RETURN (moment AT TIME ZONE 'UTC')::date;
    END IF;
    RETURN segments_local_date(value, NULL, fallback);
END $$;
"""

DROP = """
DROP FUNCTION segments_local_date(jsonb, text, text);
DROP FUNCTION segments_day_start(date, text, text);
DROP FUNCTION segments_read_moment(text);
DROP FUNCTION segments_read_date(text);
"""


class Migration(migrations.Migration):
    dependencies = [("segments", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS, DROP)]
