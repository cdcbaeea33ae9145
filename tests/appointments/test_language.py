"""The patient's side in two languages (R10): the address alone says which, and nothing is left in English."""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation.trans_real import DjangoTranslation

from appointments.language import spoken
from appointments.models import AppointmentRequest
from appointments.own_forms import proof
from services import facts, moments
from services.models import Banner, MenuItem
from tests.builders import answers, make_request, make_staff, send_due
from tests.markup import Document

pytestmark = pytest.mark.django_db

LANGUAGES = {"en-us": "", "es": "/es"}


def at(name: str, language: str, *args) -> str:
    with translation.override(language):
        return reverse(f"appointments:{name}", args=args)


def asked_in(language: str, **changes) -> AppointmentRequest:
    asked = make_request(**changes)
    AppointmentRequest.objects.update(language=language)
    asked.language = language
    return asked


# --- Every page and state of the patient's side ------------------------------------------------------
def _form(client, language):
    return client.get(at("form", language), {"location": "denver", "treatment": "dry-needling"})


def _form_with_errors(client, language):
    wrong = {"full_name": "", "phone": "x", "email": "x", "note": "x" * 501, "patient_relation": "mother", "visit": ""}
    return client.post(at("check", language), answers(**wrong))


def _form_after_a_long_time(client, language):
    return client.post(at("sent", language), answers(form_token="old"))


def _form_without_cookies(client, language):
    return Client(enforce_csrf_checks=True).post(at("check", language), answers())


def _check(client, language):
    return client.post(at("check", language), answers())


def _sent(client, language):
    return client.post(at("sent", language), answers(), follow=True)


def _nothing_sent(client, language):
    return client.get(at("sent", language))


def _find(client, language):
    return client.get(at("find", language))


def _find_nothing(client, language):
    return client.post(at("find", language), {"reference": "ABCD-2345", "contact": "x@patient.example"})


def _find_too_often(client, language):
    for _try in range(16):
        response = _find_nothing(client, language)
    return response


def _own(status):
    def page(client, language):
        asked = asked_in(language)
        if status == "withdrawn":
            asked.withdraw()
        elif status != "new":
            asked.move_to(status, make_staff())
        return client.get(at("my_request", language, asked.link_token))

    return page


def _own_step(step):
    def page(client, language):
        asked = asked_in(language)
        if step == "take_back":
            asked.withdraw()
        return client.get(at(step, language, asked.link_token))

    return page


def _own_wishes(client, language):
    asked = asked_in(language)
    client.post(at("call_time", language, asked.link_token), {"time": "2026-05-13-am"})
    client.post(at("change", language, asked.link_token), {**answers(note="other"), "proof": proof(asked)})
    return client.get(at("my_request", language, asked.link_token))


def _own_late(client, language):
    asked = asked_in(language)
    AppointmentRequest.objects.update(promised_at=asked.promised_at - datetime.timedelta(days=1))
    return client.get(at("my_request", language, asked.link_token))


def _no_time_chosen(client, language):
    return client.post(at("call_time", language, asked_in(language).link_token))


def _wrong_contact(client, language):
    return client.post(at("change", language, asked_in(language).link_token), {"contact": "x"})


def _change(client, language):
    asked = asked_in(language)
    return client.post(at("change", language, asked.link_token), {"contact": asked.email})


def _change_too_late(client, language):
    asked = asked_in(language)
    AppointmentRequest.objects.get().claim(make_staff())
    return client.post(at("change", language, asked.link_token), {**answers(note="other"), "proof": proof(asked)})


def _change_without_cookies(client, language):
    return Client(enforce_csrf_checks=True).post(at("change", language, asked_in(language).link_token), answers())


def _unknown_link(client, language):
    return client.get(at("my_request", language, "x"))


def _not_found(client, language):
    return client.get(f"{LANGUAGES[language]}/request-appointment/nowhere/")


PAGES = {
    "form": _form,
    "form with errors": _form_with_errors,
    "form after a long time": _form_after_a_long_time,
    "form without cookies": _form_without_cookies,
    "check": _check,
    "sent": _sent,
    "nothing sent": _nothing_sent,
    "find": _find,
    "find nothing": _find_nothing,
    "find too often": _find_too_often,
    **{
        f"own, {status}": _own(status)
        for status in ("new", "contacting", "offered", "booked", "declined", "withdrawn")
    },
    **{f"own, {step}": _own_step(step) for step in ("change", "call_time", "withdraw", "take_back")},
    "own, with wishes": _own_wishes,
    "own, late": _own_late,
    "no time chosen": _no_time_chosen,
    "wrong contact": _wrong_contact,
    "change": _change,
    "change too late": _change_too_late,
    "change without cookies": _change_without_cookies,
    "unknown link": _unknown_link,
    "not found": _not_found,
}
every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


@pytest.fixture
def untranslated(monkeypatch) -> list[str]:
    """What was asked of the Spanish catalogue in vain."""
    found, gettext = [], DjangoTranslation.gettext

    def listening(self, message):
        if self.language() == "es" and message and message not in self._catalog:
            found.append(message)
        return gettext(self, message)

    monkeypatch.setattr(DjangoTranslation, "gettext", listening)
    return found


def test_the_listener_hears_what_is_missing(untranslated):
    with translation.override("es"):
        assert translation.gettext("Nobody has translated this") == "Nobody has translated this"
    assert untranslated == ["Nobody has translated this"]


@every_page
@pytest.mark.parametrize("language", LANGUAGES)
def test_r10_every_page_names_its_language(clinic, client, page, language):
    document = Document(page(client, language))
    assert document.one("html").attrs["lang"] == language
    assert len(document.all("h1")) == 1


@every_page
def test_r10_no_text_of_a_page_is_left_in_english(clinic, client, page, untranslated):
    page(client, "es")
    assert sorted(set(untranslated)) == []


@every_page
def test_r10_the_way_to_the_other_language_keeps_the_page(clinic, client, page):
    """By link, or by a button that takes along what the form holds."""
    document = Document(page(client, "es"))
    if "nowhere" in document.one("title").text or not document.all("nav", **{"class": "wrap languages"}):
        assert page in (_not_found,)
        return
    (nav,) = document.all("nav", **{"class": "wrap languages"})
    (other,) = [each for each in nav.children if each.text == "English"]
    assert other.attrs["lang"] == "en-us"
    there = other.attrs.get("href") or other.attrs["formaction"]
    assert not there.startswith("/es/")
    assert client.get(there, follow=True).status_code in (200, 404)


def test_r10_the_preselection_goes_along(clinic, client):
    document = Document(_form(client, "en-us"))
    (button,) = [each for each in document.all("button") if each.text == "Español"]
    assert button.attrs["formaction"] == "/es/request-appointment/?location=denver&treatment=dry-needling"


def test_r10_what_was_typed_goes_along_without_a_word_about_the_rest(clinic, client):
    typed = answers(visit="", phone="", email="", keep="1")
    document = Document(client.post(at("form", "es"), typed))
    assert document.one("input", name="full_name").attrs["value"] == "Pat Sample"
    assert document.one("textarea", name="note").text == "Left shoulder"
    assert "checked" in document.one("input", name="availability", value="tue-pm").attrs
    assert "checked" in document.one("input", name="location", value="denver").attrs
    assert "Hay un problema" not in document.one("main").text
    assert not AppointmentRequest.objects.exists()


def test_r10_the_same_form_in_two_languages_is_one_request(clinic, client):
    typed = answers()
    for language in LANGUAGES:
        client.post(at("sent", language), typed)
    assert AppointmentRequest.objects.count() == 1


def test_r10_the_language_button_never_sends_a_request(clinic, client):
    """Also not on a page that answered at the address which sends."""
    document = Document(client.post(at("sent", "en-us"), answers(full_name="")))
    (button,) = [each for each in document.all("button") if each.text == "Español"]
    assert button.attrs["formaction"] == "/es/request-appointment/"


def test_r10_the_confirmation_is_there_in_the_other_language(clinic, client):
    client.post(at("sent", "en-us"), answers())
    reference = AppointmentRequest.objects.get().display_reference
    assert reference in client.get(at("sent", "es")).content.decode()


def test_r10_enter_in_a_text_field_checks_the_answers(clinic, client):
    """The first button of a form is the one that Enter presses: not a language."""
    document = Document(_form(client, "en-us"))
    first = next(each for each in document.all("button") if each.attrs.get("form") == "request-form")
    assert "formaction" not in first.attrs


# --- English parts inside Spanish pages ----------------------------------------------------------------
def test_r10_titles_of_pages_say_that_they_are_english(clinic, client):
    option = Document(_form(client, "es")).one("option", value="dry-needling")
    assert option.attrs["lang"] == "en"
    assert "lang" not in Document(_form(client, "en-us")).one("option", value="dry-needling").attrs
    (answer,) = [each for each in Document(_check(client, "es")).all("dd") if each.text == "Dry needling"]
    assert answer.attrs["lang"] == "en"


def test_r10_what_staff_wrote_into_menu_and_banner_says_that_it_is_english(clinic, client, clock):
    MenuItem.objects.create(menu="header", text="First visit", path="/locations/")
    MenuItem.objects.create(menu="footer", text="Our team", path="/locations/")
    now = datetime.datetime.now(datetime.UTC)
    Banner.objects.create(text="Snow today", starts_at=now, ends_at=now + datetime.timedelta(hours=2))
    facts.forget()
    spanish, english = (Document(_find(client, language)) for language in ("es", "en-us"))
    for text in ("First visit", "Our team", "Snow today"):
        said = [each.attrs.get("lang") for each in spanish.elements if each.text == text and each.tag in ("a", "span")]
        assert set(said) == {"en"}
        assert not any(each.attrs.get("lang") for each in english.elements if each.text == text)


def test_r10_our_own_menu_is_translated(clinic, client):
    assert "Tratamientos" in _find(client, "es").content.decode()


# --- Times ---------------------------------------------------------------------------------------------
def test_r10_a_moment_in_spanish():
    noon = datetime.datetime.fromisoformat("2024-05-14T18:00+00:00")
    with translation.override("es"):
        found = moments.moment(noon, ZoneInfo("America/Denver"))
    assert found == "martes 14 de mayo, 12:00 p. m. (hora de Denver)"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-us", "We will contact you by Tuesday, May 12, 3:00 pm (Denver time)"),
        ("es", "Nos comunicaremos con usted a más tardar el martes 12 de mayo, 3:00 p. m. (hora de Denver)"),
    ],
)
def test_r10_page_mail_and_my_request_promise_in_the_patients_language(clinic, client, settings, language, words):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    confirmation = " ".join(_sent(client, language).content.decode().split())
    send_due()
    (receipt,) = [message for message in mail.outbox if message.to == ["pat@patient.example"]]
    own = client.get(AppointmentRequest.objects.get().patient_path).content.decode()
    for text in (confirmation, receipt.body, own):
        assert words in text
    assert words in re.sub("</?strong>", "", receipt.alternatives[0].content)


# --- Mail ----------------------------------------------------------------------------------------------
def test_r10_no_text_of_the_receipt_is_left_in_english(clinic, client, untranslated):
    _sent(client, "es")
    asked = AppointmentRequest.objects.get()
    receipt, notice = asked.messages.get(kind="receipt"), asked.messages.get(kind="staff_notice")
    assert receipt.subject == f"Hemos recibido su solicitud {asked.display_reference}"
    assert '<html lang="es">' in receipt.html
    assert notice.subject == f"Denver: new request {asked.display_reference}"
    assert untranslated == []


def test_r10_the_link_in_the_receipt_leads_to_the_page_in_that_language(clinic, client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    _sent(client, "es")
    send_due()
    (receipt,) = [message for message in mail.outbox if message.to == ["pat@patient.example"]]
    assert f"http://127.0.0.1:8000/es/my-request/{AppointmentRequest.objects.get().link_token}/" in receipt.body


def test_r10_what_a_patient_does_in_spanish_is_told_to_staff_in_english(clinic, client):
    _own_wishes(client, "es")
    texts = list(AppointmentRequest.objects.get().events.filter(kind="patient").values_list("text", flat=True))
    assert texts == ["Asked to be called: Wednesday, May 13, morning", "Changed the answers"]


# --- Which language --------------------------------------------------------------------------------------
def test_r10_no_other_language_is_served_whatever_the_browser_likes(client, clinic):
    response = client.get("/request-appointment/", headers={"accept-language": "es"})
    assert Document(response).one("html").attrs["lang"] == "en-us"
    assert "Accept-Language" not in response.get("Vary", "")


def test_r10_the_language_of_the_page_is_stored(client, clinic):
    _sent(client, "es")
    assert AppointmentRequest.objects.get().language == "es"


def test_r10_a_language_the_site_no_longer_speaks_falls_back(clinic):
    asked = make_request()
    asked.language = "tlh"
    assert spoken("tlh") == "en-us"
    assert asked.patient_path.startswith("/my-request/")


def test_r10_a_missing_translation_falls_back_and_never_fails_a_send(clinic, client, monkeypatch):
    """Everything is missing: the receipt leaves in English."""
    monkeypatch.setattr(DjangoTranslation, "gettext", lambda self, message: message.rpartition("\x04")[2])
    _sent(client, "es")
    receipt = AppointmentRequest.objects.get().messages.get(kind="receipt")
    assert "We will contact you by Tuesday, May 12, 3:00 pm (Denver time)." in receipt.text


def test_r10_the_language_of_one_answer_never_reaches_the_next(client, clinic):
    client.get("/es/request-appointment/")
    assert translation.get_language() == "en-us"
