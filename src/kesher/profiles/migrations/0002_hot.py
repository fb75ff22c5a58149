"""Room on the page for a profile's new version beside the old one, and the way from a winner to those merged into it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("profiles", "0001_initial")]
    operations = [
        migrations.AddIndex(
            model_name="profile",
            index=models.Index(
                fields=["merged_into_id"],
                name="profiles_profile_merged_ix",
                condition=models.Q(merged_into_id__isnull=False),
            ),
        ),
        migrations.RunSQL("ALTER TABLE profiles_profile SET (fillfactor = 85)", migrations.RunSQL.noop),
    ]
