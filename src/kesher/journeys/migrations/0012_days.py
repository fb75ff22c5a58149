from django.db import migrations, models

# Numbers are kept by day from here on; what was counted before belongs to the day of the change.
_TODAY = "(now() AT TIME ZONE 'UTC')::date"


class Migration(migrations.Migration):

    dependencies = [
        ('journeys', '0011_layout'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"""
                    ALTER TABLE journeys_counter ADD COLUMN day date NOT NULL DEFAULT {_TODAY};
                    ALTER TABLE journeys_counter ALTER COLUMN day DROP DEFAULT;
                    ALTER TABLE journeys_counter DROP CONSTRAINT journeys_counter_pkey;
                    ALTER TABLE journeys_counter ADD PRIMARY KEY (version_id, node, outcome, day);
                    ALTER TABLE journeys_conversion ADD COLUMN day date NOT NULL DEFAULT {_TODAY};
                    ALTER TABLE journeys_conversion ALTER COLUMN day DROP DEFAULT;
                    ALTER TABLE journeys_conversion DROP CONSTRAINT journeys_conversion_pkey;
                    ALTER TABLE journeys_conversion ADD PRIMARY KEY (version_id, node, touch, currency, day);
                    """,
                    migrations.RunSQL.noop,
                )
            ],
            state_operations=[
                migrations.DeleteModel('Counter'),
                migrations.CreateModel(
                    name='Counter',
                    fields=[
                        ('pk', models.CompositePrimaryKey('version_id', 'node', 'outcome', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('version_id', models.BigIntegerField()),
                        ('node', models.TextField()),
                        ('outcome', models.TextField()),
                        ('day', models.DateField()),
                        ('count', models.BigIntegerField(default=0)),
                    ],
                    options={'db_table': 'journeys_counter'},
                ),
                migrations.DeleteModel('Conversion'),
                migrations.CreateModel(
                    name='Conversion',
                    fields=[
                        ('pk', models.CompositePrimaryKey('version_id', 'node', 'touch', 'currency', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('version_id', models.BigIntegerField()),
                        ('node', models.TextField()),
                        ('touch', models.TextField()),
                        ('currency', models.TextField()),
                        ('day', models.DateField()),
                        ('conversions', models.BigIntegerField()),
                        ('value', models.BigIntegerField()),
                    ],
                    options={'db_table': 'journeys_conversion'},
                ),
            ],
        ),
    ]
