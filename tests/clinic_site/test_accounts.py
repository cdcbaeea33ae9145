"""Staff accounts (P4): how long a session lasts, where else one is signed in."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from appointments.models import AuditEntry
from clinic_site.staff_session import IDLE, LONGEST
from tests.builders import make_staff

pytestmark = pytest.mark.django_db

INBOX = reverse("admin:appointments_appointmentrequest_changelist")
SESSION = reverse("staff_session")
SESSIONS = reverse("usersessions_list")
IDLE_SECONDS = int(IDLE.total_seconds())


def sign_in(client, **extra):
    return client.post("/accounts/login/", {"login": "clerk", "password": "a long password"}, follow=True, **extra)


def ending(device: str) -> str:
    """Where the session of that device ends."""
    return reverse("end_session", args=[UserSession.objects.get(user_agent=device).pk])


@pytest.fixture
def clerk(clinic, client):
    user = make_staff()
    sign_in(client)
    client.get(INBOX)
    return user


class TestP4SignedOutWhenIdle:
    def test_stays_signed_in_just_below_fifteen_minutes(self, clerk, client, clock):
        clock.shift(IDLE_SECONDS - 1)
        assert client.get(INBOX).status_code == 200

    def test_is_signed_out_after_fifteen_minutes_and_comes_back_to_the_page(self, clerk, client, clock):
        clock.shift(IDLE_SECONDS)
        response = client.get(INBOX, {"view": "all"}, follow=True)
        assert response.redirect_chain[0][0] == f"/accounts/login/?next={INBOX}%3Fview%3Dall"
        assert "You were signed out, because nobody was here for a while." in response.content.decode()
        assert AuditEntry.objects.first().kind == AuditEntry.Kind.SIGN_OUT

    def test_a_post_that_comes_too_late_changes_nothing(self, clerk, client, clock):
        clock.shift(IDLE_SECONDS)
        response = client.post(reverse("admin:password_change"), {"old_password": "a long password"})
        assert response["Location"] == "/accounts/login/?next=/admin/"

    def test_whoever_works_on_stays_signed_in(self, clerk, client, clock):
        for _ in range(5):
            clock.shift(IDLE_SECONDS - 60)
            assert client.get(INBOX).status_code == 200

    def test_nobody_stays_longer_than_twelve_hours(self, clerk, client, clock):
        for _ in range(int(LONGEST.total_seconds()) // 600 - 1):
            clock.shift(600)
            client.post(SESSION)
        assert client.get(INBOX).status_code == 200
        clock.shift(600)
        assert client.get(INBOX).status_code == 302

    def test_asking_for_the_time_left_does_not_count_as_being_there(self, clerk, client, clock):
        clock.shift(IDLE_SECONDS - 100)
        assert client.get(SESSION).json() == {"seconds": 100}
        clock.shift(100)
        assert client.get(INBOX).status_code == 302

    def test_posting_does(self, clerk, client, clock):
        clock.shift(IDLE_SECONDS - 100)
        assert client.post(SESSION).json() == {"seconds": IDLE_SECONDS}

    def test_a_stranger_has_no_time_left(self, clinic, client):
        assert client.get(SESSION).json() == {"seconds": 0}

    def test_every_staff_page_carries_the_warning_with_the_seconds_left(self, clerk, client, clock):
        clock.shift(20)
        text = client.get(INBOX).content.decode()
        assert f'data-seconds="{IDLE_SECONDS - 20}"' in text
        assert 'data-warn="120"' in text


class TestP4Sessions:
    def test_lists_where_else_one_is_signed_in(self, clerk, client):
        sign_in(Client(), headers={"user-agent": "A phone"})
        text = client.get(SESSIONS).content.decode()
        assert "A phone" in text
        assert "This session" in text

    def test_signs_out_everywhere_else(self, clerk, client):
        phone = Client()
        sign_in(phone)
        client.post(SESSIONS)
        assert (phone.get(INBOX).status_code, client.get(INBOX).status_code) == (302, 200)
        assert UserSession.objects.count() == 1

    def test_p4_each_ends_alone_and_is_out_at_its_next_request(self, clerk, client):
        phone, tablet = Client(), Client()
        sign_in(phone, headers={"user-agent": "A phone"})
        sign_in(tablet, headers={"user-agent": "A tablet"})
        text = " ".join(client.get(SESSIONS).content.decode().split())
        assert 'Sign out<span class="visually-hidden">: A phone, since Tuesday, May 12' in text
        response = client.post(ending("A phone"), follow=True)
        assert "That device is signed out." in response.content.decode()
        assert [each.get(INBOX).status_code for each in (phone, tablet, client)] == [302, 200, 200]
        kept = AuditEntry.objects.filter(kind="change").get()
        assert kept.detail == "account clerk: signed out on another device"

    def test_p4_neither_this_one_nor_a_colleagues_nor_by_a_link(self, clerk, client):
        other = Client(headers={"user-agent": "A colleague"})
        make_staff("other")
        other.post("/accounts/login/", {"login": "other", "password": "a long password"})
        own = reverse("end_session", args=[UserSession.objects.get(user=clerk).pk])
        assert [client.post(url).status_code for url in (own, ending("A colleague"))] == [404, 404]
        assert client.get(ending("A colleague")).status_code == 405
        assert [each.get(INBOX).status_code for each in (other, client)] == [200, 200]

    def test_p4_it_takes_a_token_of_the_page(self, clerk):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(clerk)
        sign_in(Client(), headers={"user-agent": "A phone"})
        assert strict.post(ending("A phone")).status_code == 403
        assert UserSession.objects.filter(user_agent="A phone").exists()

    def test_shows_nobody_elses(self, clerk, client):
        make_staff("other")
        Client().post("/accounts/login/", {"login": "other", "password": "a long password"})
        assert "You are signed in nowhere else." in client.get(SESSIONS).content.decode()

    def test_says_when_the_account_was_last_used(self, clerk, clock):
        clock.shift(3600)
        text = sign_in(Client()).content.decode()
        assert "Last sign-in to this account: Tuesday, May 12, 10:00 am (Denver time)." in text

    def test_the_first_sign_in_says_nothing_of_an_earlier_one(self, clinic, client):
        make_staff()
        assert "Last sign-in" not in sign_in(client).content.decode()
