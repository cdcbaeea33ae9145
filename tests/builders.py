"""Small, boring builders of rows and form data."""

import datetime
import uuid

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.utils import timezone

from appointments.form_token import FormToken
from appointments.forms import RequestForm
from appointments.models import AppointmentRequest, LocationAccess, Message
from appointments.outbox import deliver
from clinic_site.roles import create_roles
from services import facts
from services.models import Clinic, Location, OpeningHours, Page, Recipient
from services.models.blocks import Section
from services.publishing import publish

PLACES = [
    ("Denver", "denver", "+13035550142", "Denver", "CO", "80205", "America/Denver"),
    ("North Miami", "north-miami", "+13055550117", "North Miami", "FL", "33161", "America/New_York"),
]


def make_location(name, slug, phone, city, region, postal_code, time_zone) -> Location:
    """Open Monday to Friday, 8 to 12 and 13 to 18, with one recipient."""
    location = Location.objects.create(
        name=name,
        slug=slug,
        phone=phone,
        street="1 Test Street",
        city=city,
        region=region,
        postal_code=postal_code,
        time_zone=time_zone,
        summary=f"Physical therapy in {city}.",
    )
    for weekday in range(5):
        for opens, closes in ((8, 12), (13, 18)):
            OpeningHours.objects.create(
                location=location, weekday=weekday, opens=datetime.time(opens), closes=datetime.time(closes)
            )
    Recipient.objects.create(location=location, email=f"desk.{slug}@clinic.example")
    return location


def make_clinic() -> Clinic:
    """The clinic, its two locations, and dry needling as its published treatment."""
    clinic = Clinic.objects.create(name="Test Clinic", headline="Headline", introduction="Introduction")
    for place in PLACES:
        make_location(*place)
    publish(make_page())
    return clinic


def make_page(
    kind=Page.Kind.TREATMENT, title="Dry needling", slug="dry-needling", text="<p>Text</p>", **fields
) -> Page:
    """A page with one section; articles get a date."""
    if kind == Page.Kind.ARTICLE:
        fields.setdefault("dated", datetime.date(2026, 5, 1))
    page = Page.objects.create(kind=kind, title=title, slug=slug, **fields)
    Section.objects.create(parent=page, region="main", ordering=10, heading="First part", text=text)
    return page


def opened_form(seconds: int = 60) -> str:
    """The token of a form that somebody has filled in for so long."""
    now = int(timezone.now().timestamp())
    return str(FormToken(uuid.uuid4().hex, now - seconds, now))


def answers(**changes) -> dict:
    """A complete, valid form as a browser posts it."""
    data = {
        "location": "denver",
        "treatment": "dry-needling",
        "visit": "first",
        "availability": ["mon-am", "tue-pm"],
        "full_name": "Pat Sample",
        "phone": "(720)-507-0080",
        "email": "pat@patient.example",
        "preferred_channel": "either",
        "note": "Left shoulder",
        "form_token": opened_form(),
    }
    return {**data, **changes}


def make_request(**changes) -> AppointmentRequest:
    """A stored request with its event and messages, as the form makes it."""
    form = RequestForm(as_post(answers(**changes)), site=facts.current())
    assert form.is_valid(), form.errors
    return form.save("en-us")


def as_post(data: dict):
    """`data` as Django gives it to a form."""

    post = QueryDict(mutable=True)
    for name, value in data.items():
        post.setlist(name, value if isinstance(value, list) else [value])
    return post


def send_due() -> int:
    """Send everything that is due, as a worker does; how many messages were tried."""
    tried = 0
    while message := Message.claim():
        deliver(message)
        tried += 1
    return tried


def make_staff(username="clerk", role="Front desk", locations=("denver",)):
    """A member of staff with a role and the locations they work for."""
    create_roles()
    user = get_user_model().objects.create_user(username, password="a long password", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    for location in Location.objects.filter(slug__in=locations):
        LocationAccess.objects.create(user=user, location=location)
    return user
