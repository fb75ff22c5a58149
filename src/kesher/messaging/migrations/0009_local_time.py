from django.db import migrations, models

LOCAL_TIME = """
CREATE FUNCTION messaging_local_time(at timestamptz, profile bigint) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT at AT TIME ZONE w.timezone AT TIME ZONE coalesce(p.timezone, w.timezone)
    FROM profiles_profile p JOIN accounts_workspace w ON w.id = p.workspace_id
    WHERE p.id = profile
$$;
COMMENT ON FUNCTION messaging_local_time IS
    'When the clock where a person is shows what the clock of her workspace shows at a moment.';
"""


class Migration(migrations.Migration):

    dependencies = [
        ("messaging", "0008_domains"),
        # The function reads their tables.
        ("accounts", "0001_initial"),
        ("profiles", "0001_initial"),
    ]

    operations = [
        migrations.AddField(model_name="broadcast", name="begins_at", field=models.DateTimeField(null=True)),
        migrations.RunSQL(LOCAL_TIME, "DROP FUNCTION messaging_local_time(timestamptz, bigint)"),
    ]
