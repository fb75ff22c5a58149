from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journeys', '0010_health'),
    ]

    operations = [
        migrations.AddField(
            model_name='journey',
            name='layout',
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
