"""What an undone merge needs to part two summaries again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0002_log")]
    operations = [
        migrations.CreateModel(
            name="MergedSummary",
            fields=[
                ("pk", models.CompositePrimaryKey("merge_id", "side", "name", blank=True, editable=False,
                                                  primary_key=True, serialize=False)),
                ("merge_id", models.BigIntegerField()),
                ("side", models.TextField()),
                ("name", models.TextField()),
                ("count", models.BigIntegerField()),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
            options={"db_table": "events_merged_summary"},
        ),
        # Counts grow in place: room on the page keeps them off the index.
        migrations.RunSQL("ALTER TABLE events_summary SET (fillfactor = 80)", migrations.RunSQL.noop),
    ]
