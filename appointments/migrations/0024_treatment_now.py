"""The treatment that holds since the patient's last change, for the list's filter."""

from django.db import migrations, models
from django.db.models import F, OrderBy, OuterRef, Subquery
from django.db.models.functions import Coalesce

from appointments.models.sort_orders import NullsFirstIndex

DUE_FIRST = OrderBy(F("due_at"), nulls_first=True), OrderBy(F("id"))
NEWEST_FIRST = OrderBy(F("created_at"), descending=True), OrderBy(F("id"), descending=True)
INDEXES = [
    NullsFirstIndex("treatment_now", "stage", *DUE_FIRST, "location", "status", name="request_turn_treatment"),
    models.Index("treatment_now", *NEWEST_FIRST, "location", "status", name="request_received_treatment"),
    models.Index("location", "status", *NEWEST_FIRST, "treatment_now", name="request_status_here"),
]


def fill(apps, schema_editor):
    """The treatment of the newest change, else the one that was sent."""
    requests = apps.get_model("appointments", "AppointmentRequest").objects.using(schema_editor.connection.alias)
    changes = apps.get_model("appointments", "ChangedAnswers").objects.using(schema_editor.connection.alias)
    holds = Subquery(changes.filter(pk=OuterRef("changed")).values("treatment")[:1])
    requests.update(treatment_now=Coalesce(holds, F("treatment")))


class Migration(migrations.Migration):
    dependencies = [("appointments", "0023_fewer_indexes")]

    operations = [
        *[migrations.RemoveIndex("appointmentrequest", index.name) for index in INDEXES],
        migrations.AddField(
            model_name="appointmentrequest",
            name="treatment_now",
            field=models.SlugField(blank=True, db_index=False, editable=False, max_length=80),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        *[migrations.AddIndex("appointmentrequest", index) for index in INDEXES],
    ]
