"""Whatever goes wrong on the way: exactly one request in the end, with every value that was typed (R7)."""

import contextlib
import datetime
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache.backends.base import BaseCache
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from appointments.limits import Limit
from appointments.models import AppointmentRequest, Message, Trace
from appointments.sender import HOUR, WAITS_FROM
from appointments.statuses import Status
from tests.appointments.conftest import free_port, smtp_server
from tests.builders import send_due
from tests.faults import database_down
from tests.markup import Document, Element, filled_in

pytestmark = pytest.mark.django_db(transaction=True)

FORM, CHECK, SENT = (reverse(f"appointments:{step}") for step in ("form", "check", "sent"))
TYPED = {
    "location": ["north-miami"],
    "treatment": ["dry-needling"],
    "visit": ["returning"],
    "availability": ["mon-am", "fri-pm"],
    "full_name": ["Zoë “Quill” O'Brien & Söhne 🙂"],
    "phone": ["(720)-507-0080 ext. 31"],
    "email": ["Quill@Patient.example"],
    "preferred_channel": ["phone"],
    "may_leave_voicemail": ["on"],
    "patient_name": ["מרים"],
    "patient_relation": ["grandmother"],
    "access_needs": ["Wolof interpreter"],
    "note": ["First line\n  second <line>"],
}
STORED = {
    "location__slug": "north-miami",
    "treatment": "dry-needling",
    "treatment_title": "Dry needling",
    "visit": "returning",
    "availability": ["mon-am", "fri-pm"],
    "full_name": "Zoë “Quill” O'Brien & Söhne 🙂",
    "phone_typed": "(720)-507-0080 ext. 31",
    "phone": "+17205070080",
    "phone_extension": "31",
    "email": "Quill@Patient.example",
    "preferred_channel": "phone",
    "may_leave_voicemail": True,
    "patient_name": "מרים",
    "patient_relation": "grandmother",
    "access_needs": "Wolof interpreter",
    "note": "First line\n  second <line>",
}


class Patient:
    """Somebody with a browser: sees pages, fills in, presses the button that is there, and sends what it sends."""

    def __init__(self, **client_options):
        self.client = Client(**client_options)
        self.page = None

    def _form(self) -> Element:
        (form,) = [each for each in Document(self.page).all("form", method="post") if "full_name" in filled_in(each)]
        return form

    def in_the_page(self) -> dict[str, list[str]]:
        """What the page would send now."""
        return filled_in(self._form())

    def open_form(self) -> "Patient":
        self.page = self.client.get(FORM)
        return self

    def press(self, **typed) -> "Patient":
        """Press the page's own button, after typing; redirects are followed."""
        form = self._form()
        self.page = self.client.post(form.attrs["action"], {**filled_in(form), **typed}, follow=True)
        return self

    def check(self, **typed) -> "Patient":
        """Fill in the form and come to the check page."""
        self.open_form().press(**TYPED, **typed)
        assert "Check your answers" in self.text
        return self

    @property
    def text(self) -> str:
        return self.page.content.decode()

    @property
    def is_confirmed(self) -> bool:
        return self.page.status_code == 200 and "Your reference" in self.text

    def press_until_confirmed(self) -> None:
        """At most three more presses: form, check page, confirmation."""
        for _press in range(3):
            if self.is_confirmed:
                return
            self.press()
        assert self.is_confirmed


def _at_once(patient: Patient, times: int) -> None:
    """The same page sent several times at the same moment, by a browser that shows the last answer."""
    data, barrier = patient.in_the_page(), threading.Barrier(times)

    def send(_number):
        barrier.wait()
        try:
            return patient.client.post(SENT, data)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as presses:
        answers = list(presses.map(send, range(times)))
    assert {answer.status_code for answer in answers} == {302}
    patient.page = patient.client.get(SENT)


def double_click(patient, **_kit):
    patient.check()
    _at_once(patient, 2)


def five_parallel_posts(patient, **_kit):
    patient.check()
    _at_once(patient, 5)


def refresh(patient, **_kit):
    patient.check()
    data = patient.in_the_page()
    patient.press()
    for _key in range(3):
        patient.client.get(SENT)
        patient.client.post(SENT, data)


def back_to_the_check_page(patient, **_kit):
    patient.check()
    page = patient.page
    patient.press()
    patient.page = page
    patient.press()


def back_to_the_form(patient, **_kit):
    """The browser opens the form anew and puts the answers back that it kept."""
    patient.check().press()
    patient.check().press()


def expired_csrf(patient, **_kit):
    patient = Patient(enforce_csrf_checks=True).check()
    patient.client.cookies.clear()
    patient.press()
    assert patient.page.status_code == 403
    patient.press_until_confirmed()


def expired_form_token(patient, clock, **_kit):
    patient.check()
    clock.shift(13 * HOUR)
    patient.press()
    assert "Nothing is lost" in patient.text
    patient.press_until_confirmed()


def form_token_from_the_future(patient, clock, **_kit):
    patient.check()
    clock.shift(-HOUR)
    patient.press()
    assert "Nothing is lost" in patient.text
    patient.press_until_confirmed()


def rate_limit(patient, clock, settings, **_kit):
    settings.REQUESTS_PER_CONNECTION = 1
    limit = Limit("request.connection", WAITS_FROM, HOUR)
    Trace.objects.leave(*[(limit, "127.0.0.1")] * WAITS_FROM)
    patient.check().press()
    assert patient.page.status_code == 429
    clock.shift(datetime.timedelta(seconds=int(patient.page["Retry-After"])))
    patient.press_until_confirmed()


def spam_doubt(patient, **_kit):
    patient.check(subject="filled in by a program").press()
    assert AppointmentRequest.objects.get().status == Status.SPAM


def mail_down(patient, settings, clock, **_kit):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    patient.check().press()
    send_due()
    clock.shift(HOUR)
    with smtp_server(settings.EMAIL_PORT) as inbox:
        send_due()
    assert sorted(mail["To"] for mail in inbox.mails) == ["Quill@Patient.example", "desk.north-miami@clinic.example"]


def cache_down(patient, settings, **_kit):
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.DeadCache"}}
    patient.check().press()


def worker_down(patient, clock, **_kit):
    patient.check().press()
    clock.shift(72 * HOUR)
    assert [message.status for message in Message.objects.all()] == [Message.Status.QUEUED] * 2


def database_busy(patient, **_kit):
    """Another process holds what the request needs, for a moment."""
    patient.check()
    with _held_by_another(0.5):
        patient.press()


def database_gone(patient, **_kit):
    """The page says so, with the phone, and keeps what was typed; then it comes back."""
    patient.check()
    with database_down():
        patient.press()
    assert patient.page.status_code == 503
    assert "We could not store your request just now. Nothing you typed is lost" in patient.text
    assert "305-555-0117" in patient.text.partition("<main")[2].partition("<h1")[0]
    kept = patient.in_the_page()
    assert {name: kept[name] for name in TYPED} == TYPED
    patient.press_until_confirmed()


class DeadCache(BaseCache):
    """Every use fails, as when Redis is gone."""

    def __init__(self, location, params):
        super().__init__(params)

    def _refuse(self, *args, **kwargs):
        raise ConnectionError("the cache is down")

    add = get = set = touch = delete = clear = _refuse


LOCKS = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "BEGIN; LOCK TABLE appointments_appointmentrequest IN ACCESS EXCLUSIVE MODE",
}


@contextlib.contextmanager
def _held_by_another(seconds: float):
    """The database is locked by another connection when the block starts, and for that long."""
    locked = threading.Event()

    def hold():
        with connection.cursor() as cursor:
            cursor.execute(LOCKS[connection.vendor])
            locked.set()
            time.sleep(seconds)
            cursor.execute("ROLLBACK")
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(10)
    try:
        yield
    finally:
        holder.join()


TROUBLES = [
    double_click,
    five_parallel_posts,
    refresh,
    back_to_the_check_page,
    back_to_the_form,
    expired_csrf,
    expired_form_token,
    form_token_from_the_future,
    rate_limit,
    spam_doubt,
    mail_down,
    cache_down,
    worker_down,
    database_busy,
    database_gone,
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.__name__)
def test_r7_exactly_one_request_with_every_value(clinic, clock, settings, trouble):
    patient = Patient()
    trouble(patient, clock=clock, settings=settings)
    assert AppointmentRequest.objects.values(*STORED).get() == STORED
    assert Message.objects.count() == 2
