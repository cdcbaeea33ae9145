"""Every address of the staff area, as every role (I13): what it answers, and that it names no foreign request.

A new address needs one line in `MODELS`, `PAGES` or `OTHERS`; the first test says which one has none.
"""

import datetime
import re
from http.cookies import SimpleCookie

import pytest
import reversion
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from reversion.models import Version

from appointments import references
from appointments.models import AppointmentRequest, AuditEntry, Message
from services.models import Banner, Category, Clinic, Image, Location, MenuItem, Page, Redirect
from tests.builders import make_page, make_request, make_staff
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

# Columns of the tables below. The request is for Denver: `miami` is a clerk who works elsewhere.
WHO = ["clerk", "miami", "editor", "reviewer", "manager", "auditor", "admin"]
MAY_SEE_THE_REQUEST = {"clerk", "manager", "auditor", "admin"}
# What who is not signed in may open: the way in, and how long a session lasts (not at all).
FOR_VISITORS = {"admin:logout", "account_login", "account_inactive", "account_logout", "set_password", "staff_session"}
KINDS = ["treatment", "condition", "article", "locationtreatment", "otherpage"]

# What each role does with the rows of a model: v(iew), a(dd), c(hange), d(elete), or nothing (-).
# A small l: the list is theirs, but the foreign row is not in it.
MODELS = """
appointments_appointmentrequest  vc  l  -     -     vc    v  vc
appointments_message             v   l  -     -     v     -  v
appointments_auditentry          -   -  -     -     -     v  v
auth_user                        -   -  -     -     vac   -  vac
services_clinic                  -   -  v     v     vc    -  vc
services_location                -   -  v     v     vac   -  vacd
services_category                -   -  va    va    vac   -  vacd
services_redirect                -   -  v     vacd  vacd  -  vacd
services_menuitem                -   -  v     vacd  vacd  -  vacd
services_banner                  -   -  v     vcd   vcd   -  vcd
services_image                   -   -  vac   vacd  v     -  vacd
services_treatment               -   -  vacd  vacd  v     -  vacd
services_condition               -   -  vacd  vacd  v     -  vacd
services_article                 -   -  vacd  vacd  v     -  vacd
services_locationtreatment       -   -  vacd  vacd  v     -  vacd
services_otherpage               -   -  vacd  vacd  v     -  vacd
"""

# Rows of these are the requests of a location, or about them: out of sight they do not exist.
SCOPED = {"appointments_appointmentrequest", "appointments_message", "appointments_auditentry"}

# The pages' own verbs, for each kind.
PAGES = """
GET   admin:services_{kind}_preview      services_{kind}  403 403 200 200 200 403 200
GET   admin:services_{kind}_release      services_{kind}  403 403 200 200 200 403 200
GET   admin:services_{kind}_compare      {kind}:versions  403 403 200 200 200 403 200
GET   admin:services_{kind}_revision     {kind}:version   403 403 200 200 200 403 200
GET   admin:services_{kind}_recoverlist  -                403 403 200 200 403 403 200
GET   admin:services_{kind}_recover      {kind}:gone      403 403 200 200 403 403 200
POST  admin:services_{kind}_revision     {kind}:version   403 403 -   -   403 403 -
POST  admin:services_{kind}_recover      {kind}:gone      403 403 -   -   403 403 -
POST  admin:services_{kind}_sign         services_{kind}  403 403 403 302 403 403 302
POST  admin:services_{kind}_withdraw     services_{kind}  403 403 403 302 403 403 302
POST  admin:services_{kind}_share        services_{kind}  403 403 302 302 302 403 302
POST  admin:services_{kind}_revoke       services_{kind}  403 403 302 302 302 403 302
"""

# Method, address, what it is about, and the status that each role gets (-: may, and is not tried).
OTHERS = """
POST  admin:appointments_appointmentrequest_move     appointments_appointmentrequest  200 404 404 404 200 403 200
POST  admin:appointments_appointmentrequest_note     appointments_appointmentrequest  200 404 404 404 200 403 200
POST  admin:appointments_appointmentrequest_hold     appointments_appointmentrequest  403 404 404 404 200 403 200
POST  admin:appointments_appointmentrequest_lift     appointments_appointmentrequest  403 404 404 404 302 403 302
POST  admin:appointments_appointmentrequest_claim    appointments_appointmentrequest  302 404 404 404 302 403 302
POST  admin:appointments_appointmentrequest_attempt  appointments_appointmentrequest  200 404 404 404 200 403 200
POST  admin:appointments_appointmentrequest_book     appointments_appointmentrequest  200 404 404 404 200 403 200
GET   admin:appointments_appointmentrequest_ics      appointments_appointmentrequest  404 404 404 404 404 404 404
GET   admin:appointments_appointmentrequest_take     -          200 200 403 403 200 403 200
POST  admin:appointments_appointmentrequest_take     -          200 200 403 403 200 403 200
POST  admin:appointments_appointmentrequest_release  appointments_appointmentrequest  302 404 404 404 302 403 302
POST  admin:appointments_appointmentrequest_resend   appointments_appointmentrequest  302 404 404 404 302 403 302
POST  admin:appointments_appointmentrequest_keep     -  302 302 403 403 302 302 302
GET   admin:appointments_appointmentrequest_news     -  200 200 403 403 200 200 200
POST  admin:appointments_appointmentrequest_export   -  403 403 403 403 200 403 200
GET   admin:appointments_appointmentrequest_export_progress  -  403 403 403 403 200 403 200
GET   admin:appointments_auditentry_csv              -          403 403 403 403 403 200 200
POST  admin:auth_user_invite                         auth_user  403 403 403 403 302 403 302
POST  admin:auth_user_reset_second_factor            auth_user  403 403 403 403 302 403 302
POST  admin:services_treatment_release          services_treatment          403 403 403 200 403 403 200
POST  admin:services_condition_release          services_condition          403 403 403 200 403 403 200
POST  admin:services_locationtreatment_release  services_locationtreatment  403 403 403 200 403 403 200
POST  admin:services_article_release            services_article            403 403 403 302 403 403 302
POST  admin:services_otherpage_release          services_otherpage          403 403 403 302 403 403 302
GET   reports:overview                               -          403 403 200 200 200 403 200
GET   reports:report                                 report     403 403 200 200 200 403 200
GET   admin:index                                    -          200 200 200 200 200 200 200
GET   admin:app_list                                 app        200 200 404 404 200 200 200
GET   admin:autocomplete?app_label=services&model_name=figure&field_name=image  -  403 403 200 200 200 403 200
GET   admin:jsi18n                                   -          200 200 200 200 200 200 200
GET   admin:view_on_site                             site       404 404 404 404 404 404 404
GET   admin:password_change                          -          200 200 200 200 200 200 200
GET   admin:password_change_done                     -          200 200 200 200 200 200 200
GET   admin:login                                    -          302 302 302 302 302 302 302
POST  admin:logout                                   -          302 302 302 302 302 302 302
GET   account_login                                  -          302 302 302 302 302 302 302
POST  account_logout                                 -          302 302 302 302 302 302 302
GET   account_inactive                               -          200 200 200 200 200 200 200
GET   account_reauthenticate                         -          200 200 200 200 200 200 200
GET   mfa_index                                      -          200 200 200 200 200 200 200
GET   mfa_authenticate                               -          302 302 302 302 302 302 302
GET   mfa_reauthenticate                             -          302 302 302 302 302 302 302
GET   mfa_activate_totp                              -          302 302 302 302 302 302 302
GET   mfa_deactivate_totp                            -          404 404 404 404 404 404 404
GET   mfa_view_recovery_codes                        -          404 404 404 404 404 404 404
GET   mfa_generate_recovery_codes                    -          302 302 302 302 302 302 302
GET   mfa_download_recovery_codes                    -          404 404 404 404 404 404 404
GET   usersessions_list                              -          200 200 200 200 200 200 200
POST  end_session                                    session    404 404 404 404 404 404 404
GET   staff_session                                  -          200 200 200 200 200 200 200
GET   set_password                                   link       404 404 404 404 404 404 404
"""

# Words that only the request holds.
TYPED = {
    "full_name": "Zephyrine Quillfeather",
    "phone": "720-555-0199",
    "email": "zephyrine@patient.example",
    "patient_name": "Bartholomew",
    "patient_relation": "Stepgrandfather",
    "access_needs": "Tactile",
    "note": "Swollen",
}


def addresses(resolver=None, route="", space="") -> dict[str, str]:
    """{name: route} of everything under /admin/ and /accounts/."""
    found = {}
    for each in (resolver or get_resolver()).url_patterns:
        at = route + str(each.pattern)
        if isinstance(each, URLResolver):
            found |= addresses(each, at, f"{space}{each.namespace}:" if each.namespace else space)
        elif at.startswith(("admin/", "accounts/")):
            found[space + (each.name or at)] = at
    return found


def rows(table: str) -> list[list[str]]:
    """The cells of each line."""
    return [line.split() for line in table.splitlines() if line.strip()]


def model_visits(model: str, rights: list[str]) -> list[tuple]:
    """The addresses that every model has, with the statuses that those rights mean."""

    def statuses(letters: str, status: int | None = 200, is_hidden: bool = False) -> list[int | None]:
        hidden = [404 if is_hidden and who not in MAY_SEE_THE_REQUEST else 403 for who in WHO]
        return [status if {*own} & {*letters} else other for own, other in zip(rights, hidden, strict=True)]

    name, is_hidden = f"admin:{model}_", model in SCOPED
    # A request's page has forms of its own, and sends back what is posted to the page itself.
    is_request = model == "appointments_appointmentrequest"
    posted = statuses("v", 302, is_hidden) if is_request else statuses("c", None, is_hidden)
    return [
        ("GET", name + "changelist", "-", statuses("vl")),
        ("GET", name + "add", "-", statuses("a")),
        ("GET", name + "change", model, statuses("v", is_hidden=is_hidden)),
        ("POST", name + "change", model, posted),
        ("GET", name + "history", model, statuses("v", is_hidden=is_hidden)),
        ("GET", name + "delete", model, statuses("d")),
        ("POST", name + "delete", model, statuses("d", None)),
    ]


def visits() -> list[tuple]:
    """(method, address, what it is about, statuses by role; None: may, and it is not tried)."""
    found = [visit for model, *rights in rows(MODELS) for visit in model_visits(model, rights)]
    for method, name, about, *statuses in rows(OTHERS):
        found.append((method, name, about, [None if each == "-" else int(each) for each in statuses]))
    for method, name, about, *statuses in rows(PAGES):
        for kind in KINDS:
            found.append(
                (
                    method,
                    name.format(kind=kind),
                    about.format(kind=kind),
                    [None if each == "-" else int(each) for each in statuses],
                )
            )
    return found


def make_pages() -> dict[str, tuple]:
    """A page of each kind with two stored versions, by the name of its model; and one that was deleted."""
    denver, treatment = Location.objects.get(slug="denver"), Page.objects.filter(kind=Page.Kind.TREATMENT).first()
    own = {"locationtreatment": {"location": denver, "treatment": treatment}}
    stored = {"locationtreatment": Page.Kind.LOCATION_TREATMENT, "otherpage": Page.Kind.OTHER}
    found = {}
    for kind in KINDS:
        for number in (1, 2):
            with reversion.create_revision():
                fields = {"slug": f"{kind}-{number}", "title": f"{kind} {number}", **own.get(kind, {})}
                if "location" in fields and number == 2:
                    fields["location"] = Location.objects.get(slug="north-miami")
                page = make_page(stored.get(kind, kind), **fields)
            with reversion.create_revision():
                page.save()
            versions = Version.objects.get_for_object(page).order_by("pk").values_list("pk", flat=True)
            found[f"{kind}:{number}"] = (page, *versions)
    gone = {kind: found.pop(f"{kind}:2") for kind in KINDS}
    subjects = {}
    for kind in KINDS:
        page, before, after = found[f"{kind}:1"]
        subjects |= {f"services_{kind}": (page.pk,), f"{kind}:versions": (page.pk, before, after)}
        subjects |= {f"{kind}:version": (page.pk, before), f"{kind}:gone": (gone[kind][1],)}
        gone[kind][0].delete()
    return subjects


@pytest.fixture
def asked(clinic):
    """A request for Denver whose words stand nowhere else."""
    return make_request(**TYPED)


@pytest.fixture
def people(asked) -> dict[str, SimpleCookie]:
    """What a signed-in browser of each role sends along."""
    accounts = {
        "clerk": make_staff("clerk"),
        "miami": make_staff("miami", locations=["north-miami"]),
        **{role.lower(): make_staff(role.lower(), role, []) for role in ("Editor", "Reviewer", "Manager", "Auditor")},
        "admin": get_user_model().objects.create_superuser("admin", password="a long password"),
    }
    cookies = {}
    for name, account in accounts.items():
        browser = Client()
        browser.force_login(account)
        cookies[name] = browser.cookies
    return cookies


@pytest.fixture
def subjects(asked, people, settings, tmp_path) -> dict[str, tuple]:
    """What addresses are about: a row of each model, and its number."""
    settings.MEDIA_ROOT = tmp_path
    entry = AuditEntry.record("view", None, [asked])
    made = {
        "appointments_appointmentrequest": asked,
        "appointments_message": asked.messages.first(),
        "appointments_auditentry": entry,
        "auth_user": get_user_model().objects.get(username="clerk"),
        "services_clinic": Clinic.objects.get(),
        "services_location": asked.location,
        "services_category": Category.objects.create(name="Research", slug="research"),
        "services_redirect": Redirect.objects.create(from_path="/before/", to_path="/after/"),
        "services_menuitem": MenuItem.objects.create(menu="footer", text="Prices", path="/prices/"),
        "services_banner": Banner.objects.create(text="Closed", starts_at=NOW, ends_at=NOW + datetime.timedelta(1)),
        "services_image": Image.objects.create(title="A", file="images/a/1.png", width=1, height=1, checksum="a" * 64),
    }
    fixed = {
        "-": (),
        "report": ("drafts",),
        "app": ("appointments",),
        "link": ("1-made-up",),
        "session": (0,),
        "site": (ContentType.objects.get_for_model(asked).pk, asked.pk),
    }
    return {**fixed, **{name: (row.pk,) for name, row in made.items()}, **make_pages()}


def ask(cookies: SimpleCookie | None, method: str, path: str):
    """What the site answers, nothing followed; afterwards everything is as before."""
    browser = Client()
    browser.cookies = SimpleCookie(cookies)
    with transaction.atomic():
        response = browser.get(path) if method == "GET" else browser.post(path)
        response.words = words_of(response)
        transaction.set_rollback(True)
    return response


def words_of(response) -> str:
    """All that the answer says, in its head and its body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return f"{dict(response.headers)} {body.decode(errors='replace')}"


def foreign_words(asked) -> list[str]:
    """What must not be read by who may not see the request."""
    typed = [word for value in TYPED.values() for word in re.split(r"[ @]", value) if word != "patient.example"]
    return [*typed, asked.reference, references.display(asked.reference), asked.display_phone, asked.phone]


def path_of(name: str, about: tuple) -> str:
    """The address of a row; what stands behind its question mark stays."""
    name, mark, query = name.partition("?")
    return reverse(name, args=about) + mark + query


def without_a_row(names: set[str]) -> set[str]:
    """Addresses that the tables do not speak of. The admin's own nameless ones are tried apart."""
    described = {name.partition("?")[0] for _method, name, *_rest in visits()}
    nameless = {name for name in names if "<path:object_id>/" in name or name.endswith("(?P<url>.*)$")}
    return names - nameless - described


def test_i13_every_staff_address_has_a_row():
    found = addresses()
    assert without_a_row({*found, "admin:appointments_appointmentrequest_new_verb"}) == {
        "admin:appointments_appointmentrequest_new_verb"
    }
    assert without_a_row(set(found)) == set()
    assert {name.partition("?")[0] for _method, name, *_rest in visits()} - set(found) == set()


@pytest.mark.parametrize("who", WHO)
def test_i13_every_staff_address_answers_each_role_as_it_should(asked, people, subjects, who):
    found, wanted, foreign = {}, {}, foreign_words(asked)
    for method, name, about, statuses in visits():
        if (status := statuses[WHO.index(who)]) is None:
            continue
        response = ask(people[who], method, path_of(name, subjects[about]))
        read = [] if who in MAY_SEE_THE_REQUEST else [word for word in foreign if word in response.words]
        wanted[f"{method} {name}"] = (status, [])
        found[f"{method} {name}"] = (response.status_code, read)
        assert "no-store" in response["Cache-Control"], name
    assert {name: each for name, each in found.items() if each != wanted[name]} == {}


def test_i13_a_visitor_is_asked_to_sign_in_everywhere(asked, subjects):
    wrong, foreign = {}, foreign_words(asked)
    for method, name, about, _statuses in visits():
        response = ask(None, method, path_of(name, subjects[about]))
        is_asked = response.status_code == 302 and "login" in response["Location"]
        if not (is_asked or name in FOR_VISITORS) or any(word in response.words for word in foreign):
            wrong[f"{method} {name}"] = response.status_code
        assert "no-store" in response["Cache-Control"], name
    assert wrong == {}


@pytest.mark.parametrize("who", WHO)
def test_i13_shortcuts_to_rows_say_nothing_of_them(asked, people, subjects, who):
    for model, *_rights in rows(MODELS):
        path = reverse(f"admin:{model}_changelist") + f"{subjects[model][0]}/"
        response = ask(people[who], "GET", path)
        assert (response.status_code, response["Location"]) == (302, path + "change/")
    assert ask(people[who], "GET", "/admin/nothing/here/").status_code == 404


@pytest.fixture
def out_of_sight(asked, people) -> dict[str, str]:
    """Queries that would find the request for Denver, by what they try."""
    return {
        "every view": "view=all",
        "name": "view=all&q=Zephyrine",
        "digits": "view=all&q=5550199",
        "email": "view=all&q=zephyrine%40patient.example",
        "reference": f"view=all&q={asked.reference}",
        "location": f"view=all&location__id__exact={asked.location_id}",
        "status": "view=all&status__exact=new",
        "number": f"view=all&id__exact={asked.pk}",
    }


def test_i13_no_list_search_or_filter_finds_a_foreign_request(asked, people, out_of_sight):
    inbox = reverse("admin:appointments_appointmentrequest_changelist")
    for tried, query in out_of_sight.items():
        theirs, own = (ask(people[who], "GET", f"{inbox}?{query}") for who in ("miami", "clerk"))
        echoed = query.rpartition("q=")[2].replace("%40", "@")
        read = [word for word in foreign_words(asked) if word in theirs.words and word not in echoed]
        assert (theirs.status_code in (200, 302), read) == (True, []), tried
        assert tried == "number" or asked.full_name in own.words or own.status_code == 302, tried


def test_i13_a_bulk_action_on_a_foreign_row_changes_nothing(asked, people):
    browser = Client()
    browser.cookies = SimpleCookie(people["miami"])
    before = [list(model.objects.order_by("pk").values()) for model in (AppointmentRequest, Message)]
    for name, model in (("appointmentrequest", asked), ("message", asked.messages.first())):
        path = reverse(f"admin:appointments_{name}_changelist")
        actions = browser.get(path).context["cl"].model_admin.get_actions(browser.get(path).wsgi_request)
        for action in actions:
            browser.post(path + "?view=all", {"action": action, "_selected_action": [model.pk], "index": 0})
    after = [list(model.objects.order_by("pk").values()) for model in (AppointmentRequest, Message)]
    assert before == after


def test_i13_the_first_page_counts_nothing_foreign(asked, people):
    theirs, own = (ask(people[who], "GET", reverse("admin:index")) for who in ("miami", "clerk"))
    assert "<strong>1</strong>" in own.words
    assert "<strong>1</strong>" not in theirs.words
