"""Headers, cookies and the staff's way in (P3, P4)."""

import json
import os
import subprocess
import sys

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import get_user_model

from tests.builders import make_request, make_staff
from tests.clinic_site.test_environment import PRODUCTION
from tests.markup import Document

pytestmark = pytest.mark.django_db

LOGIN, ADMIN = "/accounts/login/", "/admin/"
PASSWORD = "a long password"
POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
PUBLIC = ["/", "/treatments/dry-needling/", "/locations/denver/", "/request-appointment/", "/my-request/", "/nope/"]
# Serves a page of every sort under production settings, and prints status, headers and cookies.
SERVE = """
import json, django
from django.conf import settings
# By their plain names, which need no collectstatic.
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
django.setup()
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
admin = get_user_model().objects.create_superuser("admin", password="a long password")
answers = {"hasher": admin.password.partition("$")[0]}
asked = [("https", "/"), ("http", "/"), ("http", "/healthz"), ("http", "/readyz")]
for scheme, path in asked:
    client = Client(headers={"host": "www.clinic-of-somebody.org"})
    answer = client.get(path, secure=scheme == "https")
    answers[scheme + path] = {"status": answer.status_code, **answer.headers}
client = Client(headers={"host": "www.clinic-of-somebody.org", "referer": "https://www.clinic-of-somebody.org/"})
answer = client.post("/accounts/login/", {"login": "admin", "password": "a long password"}, secure=True)
answers["cookies"] = {name: dict(cookie) for name, cookie in answer.cookies.items()}
print(json.dumps(answers))
"""


def policy(response) -> dict[str, str]:
    """The Content-Security-Policy by directive."""
    parts = [part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";")]
    return {name: value for name, _blank, value in parts}


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """What a site with production settings answers."""
    folder = tmp_path_factory.mktemp("production")
    variables = {
        **PRODUCTION,
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "clinic_site.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", SERVE],
        cwd=settings.BASE_DIR,
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def sign_in(client, username="clerk", password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": username, "password": password}, **extra)


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


# --- Headers ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_have_exactly_this_policy(clinic, client, path):
    assert policy(client.get(path)) == POLICY


def test_the_sign_in_page_has_the_same_policy(clinic, client):
    assert policy(client.get(LOGIN)) == POLICY


@pytest.mark.parametrize("path", [*PUBLIC, LOGIN])
def test_pages_cannot_be_framed_sniffed_or_told_about(clinic, client, path):
    response = client.get(path)
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/request-appointment/", "/my-request/", LOGIN, ADMIN, "/admin/services/treatment/"])
def test_pages_of_staff_and_patients_are_never_stored(clinic, client, path):
    client.force_login(make_staff("editor", "Editor"))
    assert "no-store" in client.get(path)["Cache-Control"]


def test_a_patients_own_page_is_never_stored(clinic, client):
    response = client.get(make_request().patient_path)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


# --- Production ------------------------------------------------------------------------------------
def test_production_insists_on_https_for_a_year(production):
    hsts = production["https/"]["Strict-Transport-Security"]
    assert hsts == "max-age=31536000; includeSubDomains; preload"


def test_production_sends_plain_http_to_https(production):
    assert production["http/"]["status"] == 301
    assert production["http/"]["Location"] == "https://www.clinic-of-somebody.org/"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_production_answers_machines_over_plain_http(production, path):
    assert production[f"http{path}"]["status"] == 200


def test_production_has_the_same_policy(production):
    header = production["https/"]["Content-Security-Policy"]
    assert {part.strip().partition(" ")[::2] for part in header.split(";")} == set(POLICY.items())


@pytest.mark.parametrize("name", ["sessionid", "csrftoken"])
def test_cookies_of_production_stay_on_https_and_away_from_scripts(production, name):
    cookie = production["cookies"][name]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")


def test_a_session_ends_with_the_browser(production):
    cookie = production["cookies"]["sessionid"]
    assert (cookie["expires"], cookie["max-age"]) == ("", "")


def test_passwords_are_kept_with_argon2(production):
    assert production["hasher"] == "argon2"


# --- Sign-in ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [ADMIN, "/admin/appointments/appointmentrequest/", "/admin/services/treatment/add/"])
def test_staff_pages_ask_for_a_sign_in(clinic, client, path):
    response = client.get(path, follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN)
    assert "Staff sign-in" in response.content.decode()


def test_the_admins_own_sign_in_lets_nobody_in(clinic, client):
    make_staff()
    response = client.post("/admin/login/", {"username": "clerk", "password": PASSWORD})
    assert response.url.startswith(LOGIN)
    assert not is_signed_in(client)


def test_staff_sign_in_and_land_at_their_desk(clinic, client):
    make_staff()
    assert sign_in(client).url == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(clinic, client):
    make_staff()
    texts = [Document(sign_in(client, name, "wrong")).one("main").text for name in ("clerk", "nobody")]
    assert not is_signed_in(client)
    assert texts[0] == texts[1]


def test_sign_in_never_leads_to_another_site(clinic, client):
    make_staff()
    response = client.post(f"{LOGIN}?next=https://evil.example/", {"login": "clerk", "password": PASSWORD})
    assert response.url == ADMIN


def test_somebody_who_is_no_staff_does_not_enter(clinic, client):
    get_user_model().objects.create_user("visitor", password=PASSWORD)
    sign_in(client, "visitor")
    assert client.get(ADMIN).status_code in (302, 403)


def test_an_account_that_was_closed_does_not_enter(clinic, client):
    get_user_model().objects.filter(pk=make_staff().pk).update(is_active=False)
    sign_in(client)
    assert not is_signed_in(client)


def test_signing_out_takes_a_post(clinic, client):
    make_staff()
    sign_in(client)
    client.get("/accounts/logout/")
    assert is_signed_in(client)
    client.post("/accounts/logout/")
    assert not is_signed_in(client)


def test_nobody_signs_up(clinic, client):
    assert not Document(client.get("/accounts/signup/")).all("input", type="password")
    client.post("/accounts/signup/", {"username": "new", "password1": PASSWORD, "password2": PASSWORD})
    assert not get_user_model().objects.exists()


# --- Throttle --------------------------------------------------------------------------------------
def test_five_wrong_passwords_lock_the_account_for_five_minutes(clinic, client, clock):
    make_staff()
    for _ in range(5):
        sign_in(client, password="wrong")
    sign_in(client)
    assert not is_signed_in(client)
    clock.shift(5 * 60 + 1)
    sign_in(client)
    assert is_signed_in(client)


def test_a_forged_address_does_not_help(clinic, client):
    make_staff()
    for n in range(5):
        sign_in(client, password="wrong", headers={"X-Forwarded-For": f"10.0.0.{n}"})
    sign_in(client, headers={"X-Forwarded-For": "10.0.0.99"})
    assert not is_signed_in(client)


def test_guessing_many_accounts_from_one_address_is_stopped(clinic, client):
    make_staff()
    for n in range(10):
        sign_in(client, f"guess-{n}", "wrong", headers={"X-Forwarded-For": f"10.0.0.{n}"})
    sign_in(client)
    assert not is_signed_in(client)


# --- Second factor ---------------------------------------------------------------------------------
@pytest.fixture
def mfa_required(clinic, settings):
    """Staff need a second factor."""
    settings.MFA_REQUIRED = True


@pytest.mark.parametrize("path", [ADMIN, "/admin/appointments/appointmentrequest/", "/admin/jsi18n/"])
def test_staff_without_a_second_factor_are_led_to_set_it_up(mfa_required, client, path):
    client.force_login(make_staff())
    for response in (client.get(path), client.post(path)):
        assert (response.status_code, response.url) == (302, "/accounts/2fa/totp/activate/")


def test_setting_up_a_second_factor_asks_for_the_password_and_shows_the_key(mfa_required, client):
    make_staff()
    sign_in(client)
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked.url.startswith("/accounts/reauthenticate/")
    response = client.post(asked.url, {"password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/2fa/totp/activate/"
    assert Document(response).all("input", name="code")


def test_staff_without_a_second_factor_can_sign_out(mfa_required, client):
    client.force_login(make_staff())
    client.post("/admin/logout/")
    assert not is_signed_in(client)


def test_staff_with_a_second_factor_work(mfa_required, client):
    user = make_staff()
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    assert client.get(ADMIN).status_code == 200


def test_a_password_alone_does_not_sign_in_who_has_a_second_factor(clinic, client):
    TOTP.activate(make_staff(), generate_totp_secret())
    assert sign_in(client).url == "/accounts/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.get(ADMIN).status_code == 302


def test_a_recovery_code_works_once(clinic, client):
    user = make_staff()
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    for expected in (True, False):
        sign_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert is_signed_in(client) is expected
        client.post("/accounts/logout/")


def test_patients_never_meet_the_second_factor(mfa_required, client):
    assert client.get("/request-appointment/").status_code == 200
