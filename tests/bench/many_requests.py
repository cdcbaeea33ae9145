"""Requests by the million, as a clinic of five locations would have them after years; invented by a fixed seed."""

import datetime
import hashlib
import random
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db import connection, models
from django.utils import timezone

from appointments import references
from appointments.models import AppointmentRequest, Event, Message
from appointments.models.patient_link import LINK_LIVES
from appointments.statuses import CLOSED, Status
from services.models import Location
from tests.builders import make_clinic, make_location, make_staff

FEW = 1_000
YEARS = 3
FIRST = (
    "Ana Ben Carla Dana Eli Fay Gus Hana Ivo José Kim Lena Max Nora Omar Pia Quinn Rosa Sam Tess Uma Vera Will Ximena "
    "Yara Zoe Álvaro Beatriz Chidi Dmitri Esperanza Farida Gabriel Henrike Ingrid Joaquín Kenji Li Marisol Ngozi"
).split()
LAST = "Abbott Baker Castillo Diaz Ellis Foster Garcia Hughes Ibarra Jensen Kaplan Núñez Ortiz Tran Vargas Wu".split()
# As in life some names, places, treatments and ends are far more common than others. Every view, filter and hit fills
# its page already with a thousand requests, then: pages of as many rows are compared.
LAST_WEIGHTS = [12 if name == "Garcia" else 4 for name in LAST]
TREATMENTS = {"dry-needling": 55, "massage": 12, "tens": 9, "myotherapy": 8, "stretching": 7, "vibration": 4, "": 5}
PLACES = (15, 45, 15, 15, 10)
STATUSES = {
    Status.NEW: 18,
    Status.CONTACTING: 10,
    Status.OFFERED: 10,
    Status.BOOKED: 32,
    Status.DECLINED: 8,
    Status.UNREACHABLE: 5,
    Status.WITHDRAWN: 5,
    Status.DUPLICATE: 4,
    Status.SPAM: 8,
}
MORE_PLACES = [
    ("Boulder", "boulder", "+17205550143", "Boulder", "CO", "80301", "America/Denver"),
    ("Aventura", "aventura", "+13055550144", "Aventura", "FL", "33180", "America/New_York"),
    ("Aurora", "aurora", "+17205550145", "Aurora", "CO", "80012", "America/Denver"),
]


def make_desk():
    """The clinic with five locations, its manager, and a clerk of two of them."""
    make_clinic()
    for place in MORE_PLACES:
        make_location(*place)
    make_staff("manager", "Manager", [])
    make_staff("miami", locations=["north-miami", "aventura"])


def _rows(first: int, count: int, now: datetime.datetime) -> Iterator[AppointmentRequest]:
    at = random.Random(first)
    places = list(Location.objects.order_by("pk"))
    owners = [*get_user_model().objects.order_by("pk"), None]
    for number in range(first, first + count):
        name, surname = at.choice(FIRST), at.choices(LAST, LAST_WEIGHTS)[0]
        status = at.choices(list(STATUSES), STATUSES.values())[0]
        created = now - datetime.timedelta(seconds=at.randrange(YEARS * 365 * 24 * 3600))
        is_closed = status in CLOSED
        key = hashlib.sha256(str(number).encode()).hexdigest()
        yield AppointmentRequest(
            location=at.choices(places, PLACES[: len(places)])[0],
            owner=at.choice(owners),
            treatment=(treatment := at.choices(list(TREATMENTS), TREATMENTS.values())[0]),
            treatment_now=treatment,
            full_name=f"{name} {surname}",
            phone=f"+1{at.randrange(201, 900)}555{at.randrange(10_000):04}",
            email=f"{name}.{surname}.{number}@patient.example".lower() if number % 3 else "",
            note="Left shoulder, since a fall",
            reference="".join(at.choices(references.ALPHABET, k=references.LENGTH)),
            idempotency_key=key,
            link_hash=key[::-1],
            link_expires_at=created + LINK_LIVES,
            created_at=created,
            promised_at=created + datetime.timedelta(hours=4),
            due_at=None if is_closed else created + datetime.timedelta(hours=4),
            status=status,
            closed_at=created + datetime.timedelta(days=2) if is_closed else None,
        )


def _what_hangs_on(asked: AppointmentRequest) -> tuple[Event, Message]:
    message = Message(
        appointment_request=asked,
        kind=Message.Kind.STAFF_NOTICE,
        to="desk@clinic.example",
        subject="New request",
        text="There is a new request.",
        status=Message.Status.SENT,
        sent_at=asked.created_at,
        created_at=asked.created_at,
    )
    return Event(appointment_request=asked, kind=Event.Kind.RECEIVED, at=asked.created_at), message


# The database itself multiplies the first rows: what differs in row {n}, a copy of row {id} in round {round}.
SHIFTED = {
    "postgresql": "{column} - {round} * interval '26 hours'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', {column}, '-' || ({round} * 26) || ' hours')",
}
DIFFERENT = {
    "id": "{n}",
    "reference": "'N' || (10000000 + {n} - 3000000)",
    "idempotency_key": "'key-' || {n}",
    "link_hash": "'hash-' || {n}",
    "phone": "'+1' || (201 + {n} % 699) || '555' || SUBSTR(CAST(10000 + {n} * 7919 % 10000 AS TEXT), 2)",
    "email": "CASE WHEN email = '' THEN '' ELSE {n} || email END",
    "appointment_request_id": "appointment_request_id + {round} * {few}",
    "message_id": "'<' || {n} || '@clinic.example>'",
}
SERIES = {
    "postgresql": "generate_series(1, {rounds}) AS series(round)",
    "sqlite": "(WITH RECURSIVE series(round) AS (SELECT 1 UNION ALL SELECT round + 1 FROM series"
    " WHERE round < {rounds}) SELECT round FROM series) AS series",
}


def _multiply(model: type[models.Model], few: int, rounds: int) -> None:
    table, vendor = model._meta.db_table, connection.vendor
    values = {}
    for field in model._meta.concrete_fields:
        if not field.generated:
            usual = SHIFTED[vendor] if isinstance(field, models.DateTimeField) else "{column}"
            rule = DIFFERENT.get(field.column, usual)
            column = connection.ops.quote_name(field.column)
            names = {"id": f"{table}.id", "round": "round", "few": few, "column": column}
            values[column] = rule.format(n=f"({table}.id + round * {few})", **names)
    with connection.cursor() as cursor:
        series = SERIES[vendor].format(rounds=rounds)
        sql = f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM {series}, {table}"
        cursor.execute(sql)
        if vendor == "postgresql":
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")


def fill(count: int, now: datetime.datetime | None = None) -> None:
    """That many requests in an empty database, a multiple of `FEW`, each with its event and its message."""
    rows = AppointmentRequest.objects.bulk_create(_rows(1, FEW, now or timezone.now()))
    events, messages = zip(*map(_what_hangs_on, rows), strict=True)
    Event.objects.bulk_create(events)
    Message.objects.bulk_create(messages)
    if count > FEW:
        for model in (AppointmentRequest, Event, Message):
            _multiply(model, FEW, count // FEW - 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
