"""Staff roles: each may do its own work and no more (P4)."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from clinic_site.roles import ROLES, create_roles
from tests.builders import make_staff

pytestmark = pytest.mark.django_db

DESK, WRITE, PUBLISH = (
    "appointments.change_appointmentrequest",
    "services.change_page",
    "services.add_publication",
)
FACTS, EVERYWHERE, ACCOUNTS = (
    "services.change_location",
    "appointments.see_every_location",
    "auth.add_user",
)
MAY = {
    "Front desk": {DESK},
    "Editor": {WRITE},
    "Reviewer": {WRITE, PUBLISH},
    "Manager": {DESK, FACTS, EVERYWHERE, ACCOUNTS},
    "Auditor": {EVERYWHERE},
}
# Sections of the admin, and who opens them.
SECTIONS = {
    "/admin/appointments/appointmentrequest/": {"Front desk", "Manager", "Auditor"},
    "/admin/appointments/auditentry/": {"Auditor"},
    "/admin/services/treatment/": {"Editor", "Reviewer", "Manager"},
    "/admin/services/location/": {"Editor", "Reviewer", "Manager"},
    "/admin/auth/user/": {"Manager"},
}


@pytest.mark.parametrize("role", MAY)
def test_p4_a_role_may_do_its_own_work_and_no_more(clinic, role):
    user = make_staff(role=role)
    asked = {DESK, WRITE, PUBLISH, FACTS, EVERYWHERE, ACCOUNTS}
    assert {permission for permission in asked if user.has_perm(permission)} == MAY[role]


def test_every_role_is_described_here():
    assert set(ROLES) == set(MAY)


def test_no_role_may_rewrite_what_is_append_only(clinic):
    create_roles()
    forbidden = Permission.objects.filter(
        codename__in=[f"{verb}_{model}" for verb in ("change", "delete") for model in ("publication", "event")]
    )
    assert forbidden.count() == 4
    assert not Group.objects.filter(permissions__in=forbidden).exists()


def test_p4_no_role_may_give_itself_more(clinic):
    create_roles()
    assert not Group.objects.filter(permissions__codename__endswith="_group").exists()
    assert not Group.objects.filter(permissions__codename__endswith="_permission").exists()


@pytest.mark.parametrize("path", SECTIONS)
@pytest.mark.parametrize("role", MAY)
def test_a_role_opens_its_own_sections_of_the_admin(clinic, client, role, path):
    client.force_login(make_staff(role=role))
    assert client.get(path).status_code == (200 if role in SECTIONS[path] else 403)


@pytest.mark.parametrize("role", MAY)
def test_every_role_has_a_first_page(clinic, client, role):
    client.force_login(make_staff(role=role))
    assert client.get("/admin/").status_code == 200


def test_running_again_takes_back_what_was_added_by_hand(clinic):
    create_roles()
    editor = Group.objects.get(name="Editor")
    editor.permissions.add(Permission.objects.get(codename="add_publication"))
    create_roles()
    assert not editor.permissions.filter(codename="add_publication").exists()


def test_running_again_keeps_who_has_which_role(clinic):
    user = make_staff(role="Editor")
    create_roles()
    assert list(user.groups.values_list("name", flat=True)) == ["Editor"]


def test_the_command_names_the_roles(clinic, capsys):
    call_command("create_roles")
    assert capsys.readouterr().out == "Roles: Front desk, Editor, Reviewer, Manager, Auditor.\n"


def test_p4_a_manager_cannot_make_an_administrator(clinic, client):
    client.force_login(make_staff("manager", "Manager"))
    other = make_staff("other", "Editor")
    url = f"/admin/auth/user/{other.pk}/change/"
    client.post(url, {"username": "other", "is_active": "on", "is_staff": "on", "is_superuser": "on"})
    other.refresh_from_db()
    assert not other.is_superuser
