"""The access record can be appended to and read, nothing else, whoever connects."""

from django.db import migrations

from appointments import audit_guard


def put_up(apps, schema_editor):
    for statement in audit_guard.statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def take_down(apps, schema_editor):
    for statement in audit_guard.undoing_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("appointments", "0002_audit")]
    operations = [migrations.RunPython(put_up, take_down)]
