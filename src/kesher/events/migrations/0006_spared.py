"""What a merge that was undone had brought to an erased person is spared in the lake."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_pulse'),
    ]

    operations = [
        migrations.AddField(
            model_name='erasure',
            name='spared_ids',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
            preserve_default=False,
        ),
    ]
