"""People are found by the beginnings of words: of their names, addresses, domains and telephone numbers.

PostgreSQL's own full-text index serves it, and no extension (pg_trgm is not everywhere). Each word carries the number
of its workspace, so that a search never looks at another's people. The column changes only with what it is made of: a
change of other traits leaves the index alone.
"""

from django.db import migrations

SEARCH = """
-- The words by which a person is found. A telephone number is found as it is kept, without the +, and by its last nine
-- digits, as it is dialled at home without the 0.
CREATE FUNCTION profiles_words(workspace_id integer, traits jsonb, email text, phone text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT coalesce(array_to_tsvector(array_agg(DISTINCT workspace_id || ':' || left(w.word, 100))), ''::tsvector)
FROM unnest(
    string_to_array(lower(translate(left(traits ->> 'name', 200), E'\\t\\n\\r-־', '     ')), ' ') ||
    string_to_array(lower(translate(left(coalesce(traits ->> 'first_name', traits ->> 'firstName'), 200),
        E'\\t\\n\\r-־', '     ')), ' ') ||
    string_to_array(lower(translate(left(coalesce(traits ->> 'last_name', traits ->> 'lastName'), 200),
        E'\\t\\n\\r-־', '     ')), ' ') ||
    ARRAY[lower(email), lower(split_part(email, '@', 2)), ltrim(phone, '+'), right(ltrim(phone, '+'), 9)]
) AS w (word)
WHERE w.word <> ''
$$;
ALTER TABLE profiles_profile ADD COLUMN search tsvector GENERATED ALWAYS AS (
    CASE WHEN email IS NULL AND phone IS NULL
            AND NOT traits ?| ARRAY['name', 'first_name', 'last_name', 'firstName', 'lastName']
        THEN ''::tsvector
        ELSE profiles_words(workspace_id, traits, email, phone)
    END
) STORED;
CREATE INDEX profiles_profile_search_ix ON profiles_profile USING gin (search);
"""
UNDO = """
ALTER TABLE profiles_profile DROP COLUMN search;
DROP FUNCTION profiles_words(integer, jsonb, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("profiles", "0003_home")]
    operations = [migrations.RunSQL(SEARCH, UNDO)]
