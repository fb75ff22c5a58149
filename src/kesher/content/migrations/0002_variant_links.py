from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='variant',
            name='links',
            field=models.JSONField(default=list),
        ),
    ]
