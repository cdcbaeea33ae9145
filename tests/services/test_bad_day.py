"""A bad day: one switch per location, shown and counted everywhere, over by the clock (C15)."""

import datetime
import json

import pytest
from django.utils import timezone

from appointments.models import AppointmentRequest
from services import facts
from services.models import Location
from tests.builders import answers, make_request, make_staff
from tests.conftest import NOW
from tests.markup import Document, form_data

pytestmark = pytest.mark.django_db

# Tuesday, 17:00 in North Miami, one hour before it closes.
FIVE = datetime.datetime(2026, 5, 12, 21, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
FORM = "/request-appointment/?location=north-miami"
PAGES = ["/", "/treatments/", "/treatments/dry-needling/", "/locations/denver/", "/request-appointment/", "/nope/"]
PHONES = "North Miami: our phones are down until Tuesday, May 12, 5:00 pm (New York time). Please use the form."
CLOSED = (
    "North Miami: we are closed until Tuesday, May 12, 5:00 pm (New York time). "
    "You can still send a request. We read it when we are back."
)
PAUSED = (
    "North Miami: we answer no new requests until Tuesday, May 12, 5:00 pm (New York time). "
    "If it cannot wait, call 305-555-0117."
)
NOTICES = {"phones": PHONES, "closed": CLOSED, "paused": PAUSED}


@pytest.fixture
def manager(clinic, client):
    """A browser of somebody who may use the switch."""
    client.force_login(make_staff("manager", "Manager", locations=()))
    return client


def switch(kind, ends_at=FIVE, words="", slug="north-miami"):
    """Turn the switch on."""
    row = Location.objects.filter(slug=slug)
    row.update(bad_day=kind, bad_day_ends_at=ends_at, bad_day_words=words)
    facts.forget()


def miami():
    return facts.current().location("north-miami")


def notices(client, path="/") -> list[str]:
    return [
        e.text
        for r in Document(client.get(path)).all("section", **{"class": "notices"})
        for e in r.children
        if e.tag == "p"
    ]


def main_text(client, path) -> str:
    return Document(client.get(path)).one("main").text


def promise(slug="north-miami") -> str:
    return make_request(location=slug).promise_text


def hours_for_machines(client) -> list[dict]:
    """The opening hours that hold on certain dates only."""
    script = Document(client.get("/locations/north-miami/")).one("script", type="application/ld+json")
    rows = json.loads(script.raw)["@graph"][0]["openingHoursSpecification"]
    return [row for row in rows if "validFrom" in row]


# --- Above every page ------------------------------------------------------------------------------
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("kind", NOTICES)
def test_c15_every_page_says_where_what_until_when_and_what_to_do(clinic, client, kind, path):
    switch(kind)
    assert notices(client, path) == [NOTICES[kind]]


def test_the_managers_words_are_shown_as_typed(clinic, client):
    switch("phones", words="A {pipe} broke")
    assert "5:00 pm (New York time). A {pipe} broke. Please use the form." in notices(client)[0]


def test_the_words_are_escaped(clinic, client):
    switch("phones", words="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/").content.decode()


def test_r10_on_a_spanish_page_the_managers_words_are_marked_as_english(clinic, client):
    switch("phones", words="A {pipe} <broke>")
    text = client.get("/es/request-appointment/").content.decode()
    assert '). <span lang="en">A {pipe} &lt;broke&gt;.</span> ' in text
    assert '<span lang="en">A {pipe}' not in client.get("/request-appointment/").content.decode()


def test_each_location_has_its_own(clinic, client):
    switch("phones")
    switch("closed", slug="denver")
    assert [text.partition(":")[0] for text in notices(client)] == ["Denver", "North Miami"]


@pytest.mark.parametrize("kind", NOTICES)
def test_c15_the_clock_alone_ends_it(clinic, client, clock, kind):
    ordinary = (miami().state_text, miami().special_days)
    switch(kind)
    clock.move_to(FIVE)
    assert notices(client) == []
    assert miami().counting_from(FIVE) == FIVE
    assert hours_for_machines(client) == []
    clock.move_to(NOW)
    switch(kind, ends_at=NOW)
    assert (miami().state_text, miami().special_days) == ordinary


def test_it_ends_although_the_facts_are_kept(clinic, client, clock, monkeypatch):
    switch("closed")
    monkeypatch.setattr(facts, "SECONDS_KEPT", 10**6)
    assert notices(client)
    clock.move_to(FIVE)
    assert notices(client) == []


def test_it_costs_a_page_no_query(clinic, client, django_assert_max_num_queries, monkeypatch):
    switch("closed")
    monkeypatch.setattr(facts, "SECONDS_KEPT", 3600)
    client.get("/")
    with django_assert_max_num_queries(2):
        client.get("/locations/north-miami/")


# --- Open now --------------------------------------------------------------------------------------
def test_phones_down_leaves_the_location_open(clinic, clock):
    clock.shift(3600)
    switch("phones")
    assert miami().is_open
    assert miami().state_text == "Open until 6:00 pm (New York time). Phones are down until 5:00 pm (New York time)"


def test_closed_is_closed_until_the_end(clinic):
    switch("closed")
    assert not miami().is_open
    assert miami().state_text == "Closed. Opens 5:00 pm (New York time)"


def test_closed_for_the_rest_of_the_day_opens_when_it_usually_does(clinic):
    switch("closed", FIVE + datetime.timedelta(hours=6))
    assert miami().state_text == "Closed. Opens tomorrow, 8:00 am (New York time)"


def test_a_pause_leaves_the_location_open(clinic, clock):
    clock.shift(3600)
    switch("paused")
    assert miami().is_open
    assert miami().state_text == "Open until 6:00 pm (New York time)"


def test_the_other_location_is_not_touched(clinic):
    before = facts.current().location("denver").state_text
    switch("closed")
    assert facts.current().location("denver").state_text == before


# --- The location's page ---------------------------------------------------------------------------
@pytest.mark.parametrize("kind", NOTICES)
def test_the_locations_page_says_it_beside_the_address(clinic, client, kind):
    switch(kind)
    assert NOTICES[kind] in main_text(client, "/locations/north-miami/")
    assert NOTICES[kind] not in main_text(client, "/locations/denver/")


def test_closed_stands_among_the_special_days(clinic, client):
    switch("closed", words="Storm")
    assert miami().special_days == (("Tuesday, May 12", "Storm", "5 pm – 6 pm"),)
    assert "Storm" in main_text(client, "/locations/north-miami/")


# --- Hours for machines ----------------------------------------------------------------------------
def specified(opens, closes, day) -> dict:
    rule = {"@type": "OpeningHoursSpecification", "opens": opens, "closes": closes}
    return {**rule, "validFrom": day, "validThrough": day}


def test_c15_machines_read_what_is_left_of_today(clinic, client):
    switch("closed")
    assert hours_for_machines(client) == [specified("17:00", "18:00", "2026-05-12")]


def test_machines_read_that_a_day_is_closed(clinic, client):
    switch("closed", FIVE + DAY - datetime.timedelta(hours=6))
    assert hours_for_machines(client) == [
        specified("00:00", "00:00", "2026-05-12"),
        specified("11:00", "12:00", "2026-05-13"),
        specified("13:00", "18:00", "2026-05-13"),
    ]


@pytest.mark.parametrize("kind", ["phones", "paused"])
def test_other_trouble_leaves_the_hours_for_machines(clinic, client, kind):
    switch(kind)
    assert hours_for_machines(client) == []


# --- The promise -----------------------------------------------------------------------------------
def test_phones_down_leaves_the_promise(clinic):
    ordinary = promise()
    switch("phones")
    assert promise() == ordinary == "Tuesday, May 12, 5:00 pm (New York time)"


@pytest.mark.parametrize("kind", ["closed", "paused"])
def test_c15_closed_or_paused_the_promise_counts_from_the_end(clinic, kind):
    switch(kind)
    assert promise() == "Wednesday, May 13, 11:00 am (New York time)"  # one hour on Tuesday, three on Wednesday


@pytest.mark.parametrize("kind", ["closed", "paused"])
def test_closed_over_several_days_the_promise_skips_them(clinic, kind):
    switch(kind, FIVE + 2 * DAY)
    assert promise() == "Friday, May 15, 11:00 am (New York time)"


def test_the_other_location_promises_as_ever(clinic):
    switch("closed")
    assert promise("denver") == "Tuesday, May 12, 3:00 pm (Denver time)"


def test_the_promise_of_an_earlier_request_does_not_move(clinic):
    asked = make_request(location="north-miami")
    switch("closed")
    asked.refresh_from_db()
    assert asked.promise_text == "Tuesday, May 12, 5:00 pm (New York time)"


@pytest.mark.parametrize("kind", NOTICES)
def test_requests_are_taken_all_the_same_and_keep_the_promise_of_the_form(clinic, client, kind):
    switch(kind)
    hint = main_text(client, FORM)
    client.post("/request-appointment/sent/", answers(location="north-miami"))
    assert f"we will contact you by {AppointmentRequest.objects.get().promise_text}." in hint


# --- The form --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (
            "phones",
            "our phones are down until Tuesday, May 12, 5:00 pm (New York time). This form reaches us all the same.",
        ),
        (
            "closed",
            "we are closed until Tuesday, May 12, 5:00 pm (New York time). "
            "Until then nobody reads requests; yours is kept.",
        ),
        ("paused", "we count from then. If it cannot wait, call 305-555-0117."),
    ],
)
@pytest.mark.parametrize("path", [FORM, "/request-appointment/"])
def test_c15_the_form_says_it_before_anything_is_typed(clinic, client, kind, says, path):
    switch(kind)
    assert says in main_text(client, path)


def test_the_form_for_the_other_location_does_not(clinic, client):
    switch("closed")
    assert "North Miami: we are closed" not in main_text(client, "/request-appointment/?location=denver")


def test_with_phones_down_the_form_does_not_ask_to_call(clinic, client):
    assert "Would you rather talk?" in main_text(client, FORM)
    switch("phones")
    assert "Would you rather talk?" not in main_text(client, FORM)


# --- The switch ------------------------------------------------------------------------------------
def url(slug="north-miami") -> str:
    return f"/admin/services/location/{Location.objects.get(slug=slug).pk}/change/"


def use(client, **values) -> list[str]:
    """Fill in the location's form; what it says is wrong."""
    response = client.post(url(), {**form_data(client.get(url()), "location_form"), "summary": "Words", **values})
    facts.forget()
    return [e.text for e in Document(response).all("ul") if "errorlist" in e.attrs.get("class", "")]


def on(kind="phones", day="2026-05-12", hour="17:00") -> dict:
    return {"bad_day": kind, "bad_day_ends_at": f"{day}T{hour}" if hour else day}


def test_c15_a_manager_turns_it_on_in_the_locations_time(manager):
    assert use(manager, **on()) == []
    assert Location.objects.get(slug="north-miami").bad_day_ends_at == FIVE
    assert notices(manager) == [PHONES]


def test_the_form_shows_the_end_as_the_locations_clock_does(manager):
    use(manager, **on())
    data = form_data(manager.get(url()), "location_form")
    assert data["bad_day_ends_at"] == ["2026-05-12T17:00"]
    assert use(manager) == []
    assert Location.objects.get(slug="north-miami").bad_day_ends_at == FIVE


def test_a_manager_turns_it_off_before_its_end(manager):
    use(manager, **on(), bad_day_words="Storm")
    assert use(manager, bad_day="") == []
    place = Location.objects.get(slug="north-miami")
    assert (place.bad_day, place.bad_day_ends_at, place.bad_day_words) == ("", None, "")
    assert notices(manager) == []


@pytest.mark.parametrize(
    "wrong",
    [on(day="", hour=""), on(hour="11:59"), on(day="2026-05-11"), on(day="2027-05-12"), on(day="soon", hour="")],
)
def test_an_end_ahead_is_required(manager, wrong):
    assert use(manager, **wrong)
    assert Location.objects.get(slug="north-miami").bad_day == ""


def test_one_that_is_over_shows_as_off_and_hinders_nothing(manager, clock):
    use(manager, **on())
    clock.move_to(FIVE)
    manager.force_login(make_staff("second", "Manager", locations=()))
    assert form_data(manager.get(url()), "location_form")["bad_day"] == [""]
    assert use(manager, summary="New words") == []
    assert Location.objects.get(slug="north-miami").summary == "New words"


def test_it_stands_first_in_the_form_and_in_the_list(manager):
    use(manager, **on())
    form = manager.get(url()).content.decode()
    assert form.index("id_bad_day") < form.index("id_name")
    shown = manager.get("/admin/services/location/").content.decode()
    assert "Our phones are down (Tuesday, May 12, 5:00 pm (New York time))" in shown


@pytest.mark.parametrize("role", ["Editor", "Front desk"])
def test_others_may_not_use_it(clinic, client, role):
    client.force_login(make_staff("other", role, locations=("north-miami",)))
    assert client.post(url(), on()).status_code == 403
    assert Location.objects.get(slug="north-miami").bad_day == ""


def test_an_instant_of_the_switch_has_a_zone(clinic):
    switch("closed")
    assert timezone.is_aware(miami().trouble.ends_at)
