from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('messaging', '0006_test_count'),
    ]

    operations = [
        migrations.AddField(
            model_name='broadcast',
            name='list_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='broadcast',
            name='segment_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='broadcast',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('list_id__isnull', False), ('segment_id__isnull', True)), models.Q(('list_id__isnull', True), ('segment_id__isnull', False)), _connector='OR'), name='messaging_broadcast_audience_ck'),
        ),
    ]
