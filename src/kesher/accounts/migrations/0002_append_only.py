"""The audit log can be appended to and nothing else."""

from django.db import migrations

_FORWARD = """
CREATE FUNCTION accounts_audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'accounts_audit_entry is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER accounts_audit_entry_append_only BEFORE UPDATE OR DELETE ON accounts_audit_entry
    FOR EACH ROW EXECUTE FUNCTION accounts_audit_entry_refuse();
"""
_BACKWARD = """
DROP TRIGGER accounts_audit_entry_append_only ON accounts_audit_entry;
DROP FUNCTION accounts_audit_entry_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
