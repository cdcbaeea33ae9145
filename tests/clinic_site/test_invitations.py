"""Who is let in (P4): invited by mail, by whoever may give the role, with a link that works once and expires."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse

from appointments import invitations
from appointments.models import AuditEntry, Message
from clinic_site import logs, roles
from services.models import Location
from tests.builders import make_staff, send_due

pytestmark = pytest.mark.django_db

ACCOUNTS = reverse("admin:auth_user_changelist")
INBOX = reverse("admin:appointments_appointmentrequest_changelist")
PASSWORD = "a quiet hand on the shoulder"
THREE_DAYS = 3 * 24 * 3600
Account = get_user_model()


def page_of(account) -> str:
    return reverse("admin:auth_user_change", args=[account.pk])


def typed(role="Front desk", locations=("denver",), **changes) -> dict:
    """What a manager types to invite a colleague."""
    return {
        "first_name": "Robin",
        "last_name": "Example",
        "email": "robin@clinic.example",
        "username": "robin",
        "groups": [group.pk for group in Group.objects.filter(name=role)],
        "locations": [place.pk for place in Location.objects.filter(slug__in=locations)],
        **changes,
    }


def link_in(message) -> str:
    return re.search(r"http://\S+(/accounts/set-password/\S+)", message.body).group(1)


@pytest.fixture
def manager(clinic, client):
    user = make_staff("manager", "Manager", [])
    client.force_login(user)
    return user


@pytest.fixture
def invited(manager, client):
    """A clerk who was invited by a manager and whose mail has left."""
    assert client.post(ACCOUNTS + "add/", typed()).status_code == 302
    send_due()
    return Account.objects.get(username="robin")


@pytest.fixture
def link(invited) -> str:
    return link_in(mail.outbox[-1])


def choose(link: str, password=PASSWORD, client=None):
    data = {"new_password1": password, "new_password2": password}
    return (client or Client()).post(link, data, follow=True)


def sign_in(name="robin", password=PASSWORD) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


class TestP4Inviting:
    def test_p4_an_invited_clerk_chooses_a_password_and_works_at_their_location(self, invited, link):
        answer = choose(link)
        assert "Your password is set." in answer.content.decode()
        assert sign_in().get(INBOX).status_code == 200
        assert [place.slug for place in roles.locations_of(invited)] == ["denver"]
        assert [group.name for group in invited.groups.all()] == ["Front desk"]

    def test_p4_nobody_signs_in_before_a_password_is_chosen(self, invited):
        assert not invited.has_usable_password()
        assert sign_in(password="").get(INBOX).status_code == 302

    def test_p4_the_mail_says_nothing_private_and_no_password(self, invited):
        sent = mail.outbox[-1]
        words = f"{sent.subject} {sent.body} {sent.alternatives[0].content}"
        for private in ("Robin", "robin", "Front desk", "Denver", invited.password):
            assert private not in words
        assert sent.to == ["robin@clinic.example"]

    def test_p4_the_link_is_in_the_mail_and_nowhere_else(self, invited, link):
        token = link.rstrip("/").rpartition("/")[2]
        assert token not in str(Message.objects.values())
        assert token not in str(AuditEntry.objects.values())

    def test_p4_a_mail_server_that_is_down_delays_the_invitation_and_loses_nothing(
        self, manager, client, monkeypatch, clock
    ):
        def refuse(*_):
            raise ConnectionRefusedError

        with monkeypatch.context() as patch:
            patch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
            client.post(ACCOUNTS + "add/", typed())
            send_due()
        assert "Queued" in client.get(page_of(Account.objects.get(username="robin"))).content.decode()
        clock.shift(10)
        send_due()
        assert choose(link_in(mail.outbox[-1])).status_code == 200

    def test_p4_inviting_is_kept_in_the_access_record(self, invited):
        kept = AuditEntry.objects.get(kind="change", detail="account robin: invited")
        assert kept.actor_name == "manager"

    def test_p4_without_an_account_there_is_no_mail_and_the_other_way_round(self, manager, client, monkeypatch):
        monkeypatch.setattr(Message, "save", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            client.post(ACCOUNTS + "add/", typed())
        assert not Account.objects.filter(username="robin").exists()

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"email": ""}, "This field is required."),
            ({"email": "MANAGER@clinic.example"}, "Another account has this address."),
            ({"username": "manager"}, "A user with that username already exists."),
            ({"groups": []}, "Choose at least one role."),
            ({"locations": []}, "Choose at least one location"),
        ],
    )
    def test_p4_an_invitation_that_makes_no_sense_is_refused_in_words(self, manager, client, changes, words):
        Account.objects.filter(pk=manager.pk).update(email="manager@clinic.example")
        answer = client.post(ACCOUNTS + "add/", {**typed(), **changes})
        assert words in answer.content.decode()
        assert (Account.objects.count(), Message.objects.count()) == (1, 0)


class TestP4TheLink:
    def test_p4_opening_it_changes_nothing(self, invited, link):
        for _ in range(3):
            page = Client().get(link)
            assert (page.status_code, "no-store" in page["Cache-Control"]) == (200, True)
        assert choose(link).status_code == 200

    def test_p4_it_works_once(self, invited, link):
        choose(link)
        answer = choose(link, "another long password")
        assert (answer.status_code, "This link no longer works" in answer.content.decode()) == (404, True)
        assert sign_in().get(INBOX).status_code == 200

    def test_p4_of_two_who_post_at_once_one_wins(self, invited, link, monkeypatch):
        stale = invitations.account_of(link.split("/")[-2])
        choose(link)
        monkeypatch.setattr(invitations, "account_of", lambda _: stale)
        assert choose(link, "another long password").status_code == 404
        assert sign_in().get(INBOX).status_code == 200

    def test_p4_it_expires_after_three_days(self, invited, link, clock):
        clock.shift(THREE_DAYS - 60)
        assert Client().get(link).status_code == 200
        clock.shift(120)
        assert Client().get(link).status_code == 404

    def test_p4_a_new_link_ends_the_one_before_and_the_password(self, invited, link, client):
        choose(link)
        client.post(reverse("admin:auth_user_invite", args=[invited.pk]))
        assert sign_in().get(INBOX).status_code == 302
        send_due()
        newest = link_in(mail.outbox[-1])
        client.post(reverse("admin:auth_user_invite", args=[invited.pk]))
        send_due()
        assert Client().get(newest).status_code == 404
        assert choose(link_in(mail.outbox[-1])).status_code == 200

    def test_p4_a_mail_still_waiting_is_replaced_and_never_leaves(self, invited, client):
        for _ in range(2):
            client.post(reverse("admin:auth_user_invite", args=[invited.pk]))
        assert Message.objects.inviting(invited).unsent().count() == 1

    def test_p4_it_dies_with_the_account(self, invited, link):
        Account.objects.filter(pk=invited.pk).update(is_active=False)
        assert Client().get(link).status_code == 404

    @pytest.mark.parametrize("change", [{"email": "elsewhere@clinic.example"}, {"is_active": False}])
    def test_p4_a_mail_that_waits_goes_to_nobody_else(self, invited, client, change):
        client.post(reverse("admin:auth_user_invite", args=[invited.pk]))
        Account.objects.filter(pk=invited.pk).update(**change)
        sent = len(mail.outbox)
        send_due()
        assert len(mail.outbox) == sent
        assert Message.objects.inviting(invited).first().last_error == "InvitationOverError"

    @pytest.mark.parametrize("link", ["", "x", "1-", "1-abc", "zzzzzzzzzzzzzzz-abc", "-", "1-c8k2tf-" + "0" * 32])
    def test_p4_one_that_was_made_up_looks_like_one_that_is_over(self, invited, link):
        answer = Client().get(f"/accounts/set-password/{link or 'x'}/")
        assert (answer.status_code, "This link no longer works" in answer.content.decode()) == (404, True)

    @pytest.mark.parametrize(("password", "words"), [("short", "too short"), ("password1234", "too common")])
    def test_p4_a_weak_password_is_refused_and_the_link_still_works(self, invited, link, password, words):
        assert words in choose(link, password).content.decode()
        assert choose(link).redirect_chain

    def test_p4_it_is_not_logged(self, invited, link, caplog):
        choose(link)
        choose(link)
        written = [logs.PrivateJsonFormatter("%(message)s").format(record) for record in caplog.records]
        assert "/accounts/set-password/…" in "".join(written)
        assert link.split("/")[-2] not in "".join(written)


class TestP4WhoGivesWhat:
    def test_p4_a_manager_is_offered_no_more_than_they_may_give(self, manager, client):
        form = client.get(ACCOUNTS + "add/").context["adminform"].form
        assert [group.name for group in form.fields["groups"].queryset] == ["Front desk", "Editor", "Reviewer"]
        assert "is_superuser" not in form.fields

    @pytest.mark.parametrize("role", ["Manager", "Auditor"])
    def test_p4_a_crafted_post_gives_no_more_either(self, manager, client, role):
        answer = client.post(ACCOUNTS + "add/", typed(role, is_superuser="on"))
        assert "is not one of the available choices" in answer.content.decode()
        assert not Account.objects.filter(username="robin").exists()

    def test_p4_an_administrator_gives_everything(self, admin_client, clinic):
        roles.create_roles()
        admin_client.post(ACCOUNTS + "add/", typed("Auditor", [], is_superuser="on"))
        robin = Account.objects.get(username="robin")
        assert ([group.name for group in robin.groups.all()], robin.is_superuser) == (["Auditor"], True)

    @pytest.mark.parametrize("role", ["Manager", "Auditor"])
    def test_p4_a_manager_changes_nobody_above_or_beside_them(self, manager, client, role):
        other = make_staff("other", role, [])
        TOTP.activate(other, generate_totp_secret())
        assert client.get(page_of(other)).status_code == 200
        assert client.post(page_of(other), {"email": "mine@clinic.example"}).status_code == 403
        for verb in ("invite", "reset_second_factor"):
            assert client.post(reverse(f"admin:auth_user_{verb}", args=[other.pk])).status_code == 403
        assert other.authenticator_set.exists()
        assert not Message.objects.exists()

    def test_p4_a_manager_cannot_lift_themselves_or_an_administrator(self, manager, client, admin_user):
        for account in (manager, admin_user):
            assert client.post(page_of(account), typed(is_superuser="on")).status_code == 403

    def test_p4_an_account_with_a_location_that_the_manager_lacks_is_not_theirs(self, clinic, client):
        here, there = make_staff("here", locations=["denver"]), make_staff("there", locations=["north-miami"])
        user = make_staff("manager", "Manager", ["denver"])
        user.groups.get().permissions.remove(*user.groups.get().permissions.filter(codename="see_every_location"))
        assert [roles.may_manage(user, account) for account in (here, there)] == [True, False]
        assert [place.slug for place in roles.locations_given_by(user)] == ["denver"]

    @pytest.mark.parametrize("role", ["Front desk", "Editor", "Reviewer", "Auditor"])
    def test_p4_nobody_else_sees_accounts(self, clinic, client, role):
        client.force_login(make_staff("other", role))
        for path in (ACCOUNTS, ACCOUNTS + "add/"):
            assert client.get(path).status_code == 403

    def test_p4_an_administrator_cannot_lock_themselves_out(self, admin_client, admin_user):
        data = {"first_name": "A", "last_name": "B", "email": "a@clinic.example", "is_superuser": "on"}
        assert "your own account" in admin_client.post(page_of(admin_user), data).content.decode()
        admin_user.refresh_from_db()
        assert admin_user.is_active


class TestP4TheListOfAccounts:
    def test_p4_says_what_a_manager_asks(self, manager, client, clock):
        clerk = make_staff("clerk")
        TOTP.activate(clerk, generate_totp_secret())
        sign_in("clerk", "a long password")
        Account.objects.filter(pk=clerk.pk).update(last_login="2026-05-12T16:00:00Z", email="clerk@clinic.example")
        page = client.get(ACCOUNTS, {"q": "clerk"}).content.decode()
        for words in (
            "clerk@clinic.example",
            "Front desk",
            "Denver",
            "Tuesday, May 12, 10:00 am (Denver time)",
            "icon-yes",
        ):
            assert words in page

    def test_p4_asks_the_database_as_often_for_ten_accounts_as_for_one(
        self, manager, client, django_assert_max_num_queries
    ):
        make_staff("clerk")
        client.get(ACCOUNTS)
        with django_assert_max_num_queries(18):
            client.get(ACCOUNTS)
        for number in range(10):
            make_staff(f"clerk-{number}")
        client.get(ACCOUNTS)
        with django_assert_max_num_queries(18):
            client.get(ACCOUNTS)

    def test_p4_changes_are_kept_without_what_was_typed(self, manager, client):
        clerk = make_staff("clerk")
        client.post(page_of(clerk), typed(is_active="on", last_name="Zephyrine"))
        kept = AuditEntry.objects.filter(kind="change").first()
        assert kept.detail == "account clerk: first_name last_name email"
        clerk.refresh_from_db()
        assert (clerk.username, clerk.last_name) == ("clerk", "Zephyrine")

    def test_p4_no_page_sets_the_password_of_somebody_else(self, admin_client, manager):
        assert admin_client.get(f"{ACCOUNTS}{manager.pk}/password/").status_code in (302, 404)
        assert "id_password" not in admin_client.get(page_of(manager)).content.decode()

    def test_p4_nobody_is_deleted(self, admin_client, manager):
        assert admin_client.post(f"{ACCOUNTS}{manager.pk}/delete/", {"post": "yes"}).status_code == 403


class TestP4SwitchedOff:
    @pytest.fixture
    def at_work(self, manager):
        """The clerk's browser, in the middle of the day."""
        make_staff("clerk")
        browser = sign_in("clerk", "a long password")
        assert browser.get(INBOX).status_code == 200
        return browser

    def test_p4_who_is_switched_off_is_out_at_once_and_told_so(self, at_work, client):
        clerk = Account.objects.get(username="clerk")
        client.post(page_of(clerk), typed())
        answer = at_work.get(INBOX, follow=True)
        assert answer.redirect_chain[0][0].startswith("/accounts/login/")
        assert "Your session was ended. If you cannot sign in again, ask your manager." in answer.content.decode()
        assert AuditEntry.objects.first().detail == "account switched off"
        assert AuditEntry.objects.filter(detail="account clerk: switched off", actor_name="manager").exists()

    def test_p4_what_they_post_changes_nothing(self, at_work, client):
        clerk = Account.objects.get(username="clerk")
        Account.objects.filter(pk=clerk.pk).update(is_active=False)
        answer = at_work.post(reverse("admin:password_change"), {"old_password": "a long password"})
        assert answer["Location"] == "/accounts/login/?next=/admin/"
        assert "Your session was ended" in at_work.get(answer["Location"]).content.decode()

    def test_p4_the_session_does_not_come_back_with_the_account(self, at_work, client):
        clerk = Account.objects.get(username="clerk")
        client.post(page_of(clerk), typed())
        client.post(page_of(clerk), typed(is_active="on"))
        assert at_work.get(INBOX).status_code == 302

    def test_p4_a_reset_second_factor_signs_out_everywhere(self, at_work, client):
        clerk = Account.objects.get(username="clerk")
        TOTP.activate(clerk, generate_totp_secret())
        RecoveryCodes.activate(clerk)
        client.post(reverse("admin:auth_user_reset_second_factor", args=[clerk.pk]))
        assert not clerk.authenticator_set.exists()
        assert "Your session was ended" in at_work.get(INBOX, follow=True).content.decode()

    def test_p4_a_role_or_location_that_is_taken_away_ends_with_the_next_click(self, at_work, client):
        clerk = Account.objects.get(username="clerk")
        client.post(page_of(clerk), typed("Editor", [], is_active="on"))
        answer = at_work.get(INBOX)
        assert (answer.status_code, "with permission only" in answer.content.decode()) == (403, True)

    def test_p4_a_visitor_without_a_session_is_not_told_of_one(self, clinic):
        assert "session was ended" not in Client().get(INBOX, follow=True).content.decode()

    def test_p4_verbs_are_posts(self, manager, client):
        clerk = make_staff("clerk")
        for verb in ("invite", "reset_second_factor"):
            assert client.get(reverse(f"admin:auth_user_{verb}", args=[clerk.pk])).status_code == 405
