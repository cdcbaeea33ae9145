"""A life of requests with a unique word in every field, and all the places where such a word might turn up."""

import io
import logging
import pickle
from email.message import EmailMessage

from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from clinic_site.logs import PrivateJsonFormatter, RequestIdFilter

# What the patient types, what they change it to, and what staff write about them.
FIRST = {
    "full_name": "Quillfeather Zantedeschia",
    "phone": "720-507-0088",
    "email": "canarybird@patient.example",
    "patient_name": "Wolframina Oxbowdottir",
    "patient_relation": "grandniece-in-law",
    "access_needs": "Tetum interpreter wheelchairish",
    "note": "xyloglyph shoulder {{ secret }} <b>%(name)s\nSubject: injected",
}
CHANGED = {
    "full_name": "Bartholomeaux Quincewright",
    "phone": "303-507-0177",
    "email": "ortolanbird@patient.example",
    "patient_name": "Ysolde Fernsby",
    "patient_relation": "stepgodmother",
    "access_needs": "Quechua ramplet",
    "note": "zugzwangish elbow",
}
BY_STAFF = {
    "note": "dunnockish worry",
    "remark": "pipistrelle barked",
    "reason": "capercaillie reason",
    "visit_reference": "visit-ptarmigan-77",
    "hold": "lammergeier case",
}
# Wrong answers and guesses are nobody's business either.
WRONG = {"phone": "wagtailnumber", "email": "wagtail@@wagtail", "contact": "bitternguess@patient.example"}
IN_AN_EXCEPTION = "canary-in-an-exception"

WORDS = [
    *"quillfeather zantedeschia 507-0088 5070088 canarybird wolframina oxbow grandniece tetum wheelchairish xyloglyph "
    "injected bartholomeaux quincewright 507-0177 5070177 ortolanbird ysolde fernsby stepgodmother quechua ramplet "
    "zugzwang dunnock pipistrelle capercaillie ptarmigan lammergeier wagtail bittern dry-needling".split(),
    IN_AN_EXCEPTION,
    "dry needling",
]
# Tables that hold what was typed, and hang on the request.
REQUESTS = ("appointments.AppointmentRequest", "appointments.ChangedAnswers", "appointments.Event")
# Published pages speak of treatments.
SITE = ("services", "reversion", "contenttypes", "auth")


def found_in(text: str) -> list[str]:
    """The canaries in a text."""
    return [word for word in WORDS if word in text.lower()]


class Watched(Client):
    """A browser that remembers every address it went to, was sent to or was shown, and every cookie."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.raise_request_exception = False
        self.addresses, self.cookie_lines, self.failures = [], [], []

    def request(self, **request):
        """Keep the addresses and, of answers that are errors, the whole page."""
        response = super().request(**request)
        self.addresses += [response.wsgi_request.get_full_path(), response.headers.get("Location", "")]
        self.cookie_lines.append(self.cookies.output())
        if response.status_code >= 500 and request["REQUEST_METHOD"] == "GET":
            self.failures.append(response.content.decode())
        return response


class Listening:
    """While open: every record of every logger as production writes it at DEBUG."""

    def __enter__(self):
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        names = "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s"
        self.handler.setFormatter(PrivateJsonFormatter(names))
        self.handler.addFilter(RequestIdFilter())
        # The test's own mail server.
        self.handler.addFilter(lambda record: record.name not in ("mail.log", "asyncio"))
        # As LOG_LEVEL=DEBUG sets them.
        self.levels = {name: logging.getLogger(name).level for name in (None, "django", "django.server")}
        logging.root.addHandler(self.handler)
        for name in self.levels:
            logging.getLogger(name).setLevel(logging.DEBUG)
        return self

    def __exit__(self, *_):
        logging.root.removeHandler(self.handler)
        for name, level in self.levels.items():
            logging.getLogger(name).setLevel(level)

    @property
    def lines(self) -> str:
        return self.stream.getvalue()


def words_of(mail: EmailMessage) -> str:
    """A mail as it was sent and as it is read: headers, and every part decoded."""
    parts = [part.get_content() for part in mail.walk() if not part.is_multipart()]
    return "\n".join([mail.as_string(), str(mail.items()), *map(str, parts)])


def other_rows() -> str:
    """Every row of every table but those that hold requests; of mails all but the address of a receipt."""
    rows = []
    for model in apps.get_models():
        label = model._meta.label
        if label not in REQUESTS and model._meta.app_label not in SITE:
            rows += [(label, row) for row in model._default_manager.values()]
    receipts = [row.pop("to") for label, row in rows if label == "appointments.Message" and row["kind"] == "receipt"]
    assert receipts
    return str(rows)


def sessions() -> str:
    """What the sessions hold, decoded."""
    return str([session.get_decoded() for session in Session.objects.all()])


def cached() -> str:
    """Every key and value of the cache (in memory during tests)."""
    return str({key: pickle.loads(value) for key, value in cache._cache.items()})
