# Scores of leads. The functions are twins of segments/types/scores.py.

import django.contrib.postgres.fields
from django.db import migrations, models


FUNCTIONS = r"""
-- What is left after a time of something that halves every half_life seconds: all of it at 0, and nothing after 200.
CREATE FUNCTION segments_left(passed interval, half_life float8) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN extract(epoch FROM passed)::float8 / half_life < 200
    THEN power(2::float8, -(extract(epoch FROM passed)::float8 / half_life)) ELSE 0 END;

-- Engagement when only `left` of it is left: each capped kind counts at most its maximum; never below 0.
CREATE FUNCTION segments_engagement_of(uncapped float8, capped float8[], maxima float8[], part float8) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN greatest(0, uncapped * part + CASE WHEN maxima = '{}' THEN 0 ELSE coalesce((
    SELECT sum(greatest(-k.maximum, least(k.maximum, k.points * part)))
    FROM unnest(capped, maxima) AS k (points, maximum)
), 0) END);

-- What is worth keeping of a value: below a millionth of a millionth of a point nothing is left, so that a product of
-- small numbers never gets too small to be written.
CREATE FUNCTION segments_kept(points float8) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(points) < 1e-12 THEN 0 ELSE points END;

-- When engagement will cross the first of some bounds with no new event; NULL for never, and never before `moment`.
-- Over what is left (1 now, falling to 0) engagement is a chain of straight lines that bend where a capped kind falls
-- below its maximum: the crossing lies on the first line whose ends are on two sides of the bound.
CREATE FUNCTION segments_engagement_crosses(
    uncapped float8, capped float8[], maxima float8[], half_life float8, counted_at timestamptz, bounds float8[],
    moment timestamptz
) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    now_left float8 := segments_left(moment - counted_at, half_life);
    bound float8;
    first_left float8 := 0;
    upper float8;
    lower float8;
    high float8;
    low float8;
BEGIN
    FOREACH bound IN ARRAY bounds LOOP
        CONTINUE WHEN bound <= 0;
        upper := now_left;
        high := segments_engagement_of(uncapped, capped, maxima, upper);
        FOR lower IN
            SELECT k.maximum / abs(k.points) FROM unnest(capped, maxima) AS k (points, maximum)
            WHERE k.points <> 0 AND k.maximum / abs(k.points) < now_left
            UNION SELECT 0 ORDER BY 1 DESC
        LOOP
            low := segments_engagement_of(uncapped, capped, maxima, lower);
            IF (low >= bound) <> (high >= bound) THEN
                first_left := greatest(first_left, upper + (bound - high) * (lower - upper) / (low - high));
                EXIT;
            END IF;
            upper := lower;
            high := low;
        END LOOP;
    END LOOP;
    IF first_left <= 0 THEN
        RETURN NULL;
    END IF;
    RETURN greatest(
        moment + interval '1 microsecond',
        counted_at + make_interval(secs => ceil(-ln(first_left) / ln(2) * half_life * 1000000) / 1000000)
    );
END $$;
"""

DROP = """
DROP FUNCTION segments_engagement_crosses(float8, float8[], float8[], float8, timestamptz, float8[], timestamptz);
DROP FUNCTION segments_kept(float8);
DROP FUNCTION segments_engagement_of(float8, float8[], float8[], float8);
DROP FUNCTION segments_left(interval, float8);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('segments', '0003_distance'),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('pk', models.CompositePrimaryKey('model_id', 'profile_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('model_id', models.BigIntegerField()),
                ('profile_id', models.BigIntegerField()),
                ('workspace_id', models.IntegerField()),
                ('shard', models.SmallIntegerField()),
                ('revision', models.IntegerField()),
                ('fit', models.FloatField()),
                ('uncapped', models.FloatField()),
                ('capped', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('maxima', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('half_life_seconds', models.FloatField()),
                ('counted_at', models.DateTimeField()),
                ('ahead_at', models.DateTimeField(null=True)),
                ('grade', models.TextField()),
                ('stage', models.TextField(null=True)),
                ('kept_stage', models.TextField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'segments_score',
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='segments_score_due_ix'), models.Index(fields=['profile_id'], name='segments_score_profile_ix')],
            },
        ),
        migrations.CreateModel(
            name='ScoreDependency',
            fields=[
                ('pk', models.CompositePrimaryKey('workspace_id', 'kind', 'name', 'model_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('workspace_id', models.IntegerField()),
                ('kind', models.TextField()),
                ('name', models.TextField()),
                ('model_id', models.BigIntegerField()),
                ('asks', models.BooleanField()),
            ],
            options={
                'db_table': 'segments_score_dependency',
                'indexes': [models.Index(fields=['model_id'], name='segments_score_dep_model_ix')],
            },
        ),
        migrations.CreateModel(
            name='ScoreModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('workspace_id', models.IntegerField()),
                ('key', models.TextField()),
                ('name', models.JSONField()),
                ('definition', models.JSONField()),
                ('state', models.TextField(default='building')),
                ('revision', models.IntegerField(default=1)),
                ('half_life_seconds', models.FloatField()),
                ('maxima', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('fit_maximum', models.FloatField()),
                ('fit_grades', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('engagement_grades', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('stage_backs', django.contrib.postgres.fields.ArrayField(base_field=models.BooleanField(), size=None)),
                ('stage_base', models.SmallIntegerField()),
                ('build_cursor', models.BigIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'segments_score_model',
                'constraints': [models.UniqueConstraint(fields=('workspace_id', 'key'), name='segments_score_model_key_uq')],
            },
        ),
    ]
