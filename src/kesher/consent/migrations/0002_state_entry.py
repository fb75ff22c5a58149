"""A state names the entry it comes from: two entries of the same moment are told apart by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="state",
            name="entry_id",
            field=models.BigIntegerField(db_default=0),
        ),
    ]
