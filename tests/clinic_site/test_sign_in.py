"""Signing in (P4): says nothing of which accounts there are, throttles guessers, asks for the second factor."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.conf import settings as project
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from appointments.models import AuditEntry
from tests.builders import make_staff
from tests.markup import Document

pytestmark = pytest.mark.django_db

SIGN_IN, ADMIN = "/accounts/login/", "/admin/"
ACTIVATE, AUTHENTICATE = reverse("mfa_activate_totp"), reverse("mfa_authenticate")
PASSWORD = "a long password"
# Name and password of everybody who is not let in.
STRANGERS = {
    "unknown": ("nobody-here", PASSWORD),
    "wrong password": ("clerk", "wrong"),
    "switched off": ("gone", PASSWORD),
    "invited": ("new", PASSWORD),
}


def sign_in(client, name="clerk", password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"login": name, "password": password}, **extra)


def code_for(secret: str) -> str:
    """What an authenticator app shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))


@pytest.fixture
def accounts(clinic):
    """One who may sign in, one who was switched off, one who has no password yet."""
    make_staff("clerk")
    get_user_model().objects.filter(pk=make_staff("gone").pk).update(is_active=False)
    new = make_staff("new")
    new.set_unusable_password()
    new.save()


class TestP4SaysNothingOfAccounts:
    @pytest.mark.parametrize("stranger", STRANGERS)
    def test_p4_everybody_who_is_not_let_in_reads_the_same(self, accounts, stranger):
        answer = sign_in(Client(), *STRANGERS[stranger])
        page = Document(answer)
        problem = next(each.text for each in page.all("div", role="alert"))
        assert answer.status_code == 200
        assert problem == "There is a problem The username and/or password you specified are not correct."

    def test_p4_everybody_costs_the_same_work(self, accounts, monkeypatch, django_assert_num_queries):
        hashed, encode = [], MD5PasswordHasher.encode
        monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
        work = {}
        for stranger, (name, password) in STRANGERS.items():
            hashed.clear()
            sign_in(Client(REMOTE_ADDR=f"10.0.0.{len(work)}"), name, password)
            work[stranger] = len(hashed)
        assert set(work.values()) == {1}

    def test_p4_a_name_that_does_not_exist_is_throttled_as_one_that_does(self, accounts):
        words = []
        for name in ("clerk", "nobody-here"):
            for _ in range(5):
                sign_in(Client(), name, "wrong")
            words.append(Document(sign_in(Client(), name, "wrong")).all("div", role="alert")[0].text)
        assert words[0] == words[1] == "There is a problem Too many failed login attempts. Try again later."

    def test_p4_says_who_helps_with_a_forgotten_password(self, clinic, client):
        assert "Forgotten your password, or lost your phone? Ask your manager" in client.get(SIGN_IN).content.decode()

    @pytest.mark.parametrize("path", ["/accounts/password/reset/", "/admin/password_reset/", "/accounts/signup/"])
    def test_p4_nobody_asks_for_a_mail_to_an_account(self, accounts, client, path):
        assert client.get(path).status_code in (302, 404)


class TestP4TheSecondFactor:
    @pytest.fixture
    def secret(self, accounts):
        """The clerk's authenticator app knows this."""
        secret = totp.generate_totp_secret()
        totp.TOTP.activate(get_user_model().objects.get(username="clerk"), secret)
        return secret

    def test_p4_required_it_is_set_up_first_and_then_all_opens(
        self, accounts, client, settings, clock, django_capture_on_commit_callbacks
    ):
        settings.MFA_REQUIRED = True
        sign_in(client)
        assert client.get(ADMIN).url == ACTIVATE
        asked = client.get(ACTIVATE, follow=True)
        client.post(asked.redirect_chain[-1][0], {"password": PASSWORD})
        shown = Document(client.get(ACTIVATE))
        secret = shown.all("input", id="authenticator_secret")[0].attrs["value"]
        wrong = client.post(ACTIVATE, {"code": "000000"})
        assert "Incorrect code." in wrong.content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            done = client.post(ACTIVATE, {"code": code_for(secret)}, follow=True)
        codes = Document(done).all("textarea", id="recovery_codes")[0].text.split()
        assert len(codes) == 10
        assert client.get(ADMIN).status_code == 200
        kept = [each.detail for each in AuditEntry.objects.filter(kind="change").order_by("pk")]
        assert kept == ["account clerk: second factor set up"]

    def test_p4_the_right_code_lets_in(self, secret, client):
        assert sign_in(client).url == AUTHENTICATE
        client.post(AUTHENTICATE, {"code": code_for(secret)})
        assert client.get(ADMIN).status_code == 200

    def test_p4_a_wrong_code_is_refused_and_kept(self, secret, client):
        sign_in(client)
        client.post(AUTHENTICATE, {"code": "000000"})
        refused = AuditEntry.objects.get(kind="refused")
        assert (refused.actor_name, refused.detail, refused.address) == ("clerk", "second factor", "127.0.0.1")
        assert client.get(ADMIN).status_code == 302

    def test_p4_a_code_works_once(self, secret, client):
        code = code_for(secret)
        sign_in(client)
        client.post(AUTHENTICATE, {"code": code})
        other = Client()
        sign_in(other)
        other.post(AUTHENTICATE, {"code": code})
        assert other.get(ADMIN).status_code == 302

    def test_p4_guessing_codes_is_throttled(self, secret, client):
        sign_in(client)
        for number in range(5):
            client.post(AUTHENTICATE, {"code": f"{number:06}"})
        client.post(AUTHENTICATE, {"code": code_for(secret)})
        assert client.get(ADMIN).status_code == 302

    def test_p4_whoever_removes_it_where_it_is_required_sees_nothing_more(self, secret, client, settings):
        settings.MFA_REQUIRED = True
        sign_in(client)
        client.post(AUTHENTICATE, {"code": code_for(secret)})
        asked = client.get(reverse("mfa_deactivate_totp"))
        client.post(asked.url, {"password": PASSWORD})
        client.post(reverse("mfa_deactivate_totp"))
        assert client.get(ADMIN).url == ACTIVATE


class TestP4ThePassword:
    def test_p4_changing_it_signs_out_everywhere_else_and_is_kept(self, accounts, client):
        phone = Client()
        sign_in(phone)
        sign_in(client)
        data = {"old_password": PASSWORD, "new_password1": "a quiet hand here", "new_password2": "a quiet hand here"}
        client.post(reverse("admin:password_change"), data)
        assert (client.get(ADMIN).status_code, phone.get(ADMIN).status_code) == (200, 302)
        assert AuditEntry.objects.filter(kind="change").get().detail == "account clerk: password changed"

    def test_p4_the_session_that_changed_it_stays_in_the_list(self, accounts, client):
        sign_in(client)
        data = {"old_password": PASSWORD, "new_password1": "a quiet hand here", "new_password2": "a quiet hand here"}
        client.post(reverse("admin:password_change"), data)
        assert "This session" in client.get(reverse("usersessions_list")).content.decode()
        assert UserSession.objects.count() == 1


def test_p4_a_session_cookie_is_safe_and_ends_with_the_browser():
    assert project.SESSION_COOKIE_HTTPONLY
    assert project.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert project.SESSION_COOKIE_SAMESITE == "Lax"
