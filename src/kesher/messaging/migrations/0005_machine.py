from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0004_time_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='machine_at',
            field=models.DateTimeField(null=True),
        ),
    ]
