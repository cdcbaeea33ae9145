"""What the inbox needs to be as quick with a million requests as with a thousand."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Case, F, Func, OrderBy, Q, Value, When
from django.db.models.functions import Lower, Replace, Substr

from appointments import search_index
from appointments.models.sort_orders import NullsFirstIndex

PIPES = {"template": "(%(expressions)s)", "arg_joiner": " || "}
DUE_FIRST = OrderBy(F("due_at"), nulls_first=True), OrderBy(F("id"))
NEWEST_FIRST = OrderBy(F("created_at"), descending=True), OrderBy(F("id"), descending=True)
INDEXES = [
    NullsFirstIndex(F("stage"), *DUE_FIRST, name="request_turn"),
    NullsFirstIndex(F("location"), F("stage"), *DUE_FIRST, name="request_turn_here"),
    NullsFirstIndex(F("treatment"), F("stage"), *DUE_FIRST, name="request_turn_treatment"),
    NullsFirstIndex(F("status"), *DUE_FIRST, name="request_turn_status"),
    models.Index(F("stage"), *NEWEST_FIRST, name="request_turn_age"),
    NullsFirstIndex(F("owner"), *DUE_FIRST, condition=Q(closed_at__isnull=True), name="request_mine"),
    models.Index(*NEWEST_FIRST, name="request_received"),
    models.Index(F("location"), *NEWEST_FIRST, name="request_received_here"),
    models.Index(F("treatment"), *NEWEST_FIRST, name="request_received_treatment"),
    models.Index(F("status"), *NEWEST_FIRST, name="request_status"),
    models.Index(F("location"), F("status"), *NEWEST_FIRST, name="request_status_here"),
]


def folded(name):
    text = Lower(name)
    for letter, plain in zip("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunaeiouun", strict=True):
        text = Replace(text, Value(letter), Value(plain))
    return text


def search_text(*more):
    texts = [folded("full_name"), folded("patient_name"), Lower("email"), F("phone"), *more]
    parts = [part for text in texts for part in (Value(" "), text)]
    return Func(*parts, Value(" "), output_field=models.TextField(), **PIPES)


def reference():
    first, rest = Lower(Substr("reference", 1, 4)), Lower(Substr("reference", 5))
    return Func(first, Value("-"), rest, output_field=models.TextField(), **PIPES)


def stage():
    return Case(
        When(status__in=("new", "contacting"), then=Value(0)),
        When(status__in=("offered",), then=Value(1)),
        default=Value(2),
    )


def put_up_search(apps, schema_editor):
    search_index.put_up(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0011_reminders_and_digests"),
        ("services", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="appointmentrequest", name="request_inbox"),
        migrations.AddField(
            model_name="appointmentrequest",
            name="search_text",
            field=models.GeneratedField(
                db_persist=True, expression=search_text(reference()), output_field=models.TextField()
            ),
        ),
        migrations.AddField(
            model_name="changedanswers",
            name="search_text",
            field=models.GeneratedField(db_persist=True, expression=search_text(), output_field=models.TextField()),
        ),
        migrations.AlterField(
            model_name="changedanswers",
            name="treatment",
            field=models.SlugField(blank=True, db_index=False, max_length=80, verbose_name="treatment"),
        ),
        migrations.AddField(
            model_name="appointmentrequest",
            name="stage",
            field=models.GeneratedField(
                db_persist=True,
                expression=stage(),
                output_field=models.SmallIntegerField(
                    choices=[(0, "The desk's"), (1, "The patient's"), (2, "Nobody's")]
                ),
            ),
        ),
        migrations.AlterField(
            model_name="appointmentrequest",
            name="location",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointment_requests",
                to="services.location",
                verbose_name="location",
            ),
        ),
        migrations.AlterField(
            model_name="appointmentrequest",
            name="treatment",
            field=models.SlugField(blank=True, db_index=False, max_length=80, verbose_name="treatment"),
        ),
        *(migrations.AddIndex("appointmentrequest", index) for index in INDEXES),
        migrations.RunPython(put_up_search, migrations.RunPython.noop),
    ]
