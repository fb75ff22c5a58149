"""Where a merged profile lives on, for the statements of every room above."""

from django.db import migrations

HOME = """
-- The living profile at the end of the merges that begin at a profile; itself when it was not merged; NULL for none.
-- A function and not a join: a join would read every profile there is, to find that nobody was merged. Volatile, so
-- that it sees a merge that committed while its caller waited for a row lock.
CREATE FUNCTION profiles_home(start_id bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE STRICT PARALLEL SAFE AS $$
DECLARE
    here bigint := start_id;
    onward bigint;
BEGIN
    LOOP
        SELECT p.merged_into_id INTO onward FROM profiles_profile p WHERE p.id = here;
        IF NOT FOUND THEN
            RETURN NULL;
        ELSIF onward IS NULL THEN
            RETURN here;
        END IF;
        here := onward;
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("profiles", "0002_hot")]
    operations = [migrations.RunSQL(HOME, "DROP FUNCTION profiles_home(bigint)")]
