"""What was refused goes to the access record too; its guard is down while the tables change."""

from django.db import migrations, models

from appointments import audit_guard


def put_up(apps, schema_editor):
    for statement in audit_guard.statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def take_down(apps, schema_editor):
    for statement in audit_guard.undoing_statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0012_inbox_speed"),
    ]

    operations = [
        migrations.RunPython(take_down, put_up),
        migrations.RemoveConstraint(
            model_name="auditentry",
            name="audit_kind_exists",
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sign_in", "Signed in"),
                    ("refused", "Sign-in refused"),
                    ("sign_out", "Signed out"),
                    ("list", "Saw a list"),
                    ("search", "Searched"),
                    ("view", "Opened"),
                    ("export", "Exported"),
                    ("change", "Changed"),
                    ("audit", "Read this record"),
                    ("denied", "Was refused"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "sign_in",
                            "refused",
                            "sign_out",
                            "list",
                            "search",
                            "view",
                            "export",
                            "change",
                            "audit",
                            "denied",
                        ],
                    )
                ),
                name="audit_kind_exists",
            ),
        ),
        migrations.RunPython(put_up, take_down),
    ]
