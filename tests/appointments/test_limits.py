"""How often is too often (R8), and who counts as one visitor."""

import datetime

import pytest
from django.test import RequestFactory
from django.utils import timezone

from appointments import visitors
from appointments.limits import Limit
from appointments.models import Trace
from tests.conftest import NOW

MINUTE = datetime.timedelta(minutes=1)
THREE = Limit("test", 3, 10 * MINUTE)


@pytest.mark.parametrize(
    ("minutes_ago", "wait"),
    [
        ([], 0),
        ([1, 2], 0),
        ([1, 2, 9], 1),
        ([1, 2, 10], 0),
        ([0, 0, 0], 10),
        ([1, 2, 3, 4, 5], 7),
        ([5, 1, 3, 2, 4], 7),
    ],
)
def test_r8_a_limit_slides_along_with_the_clock(minutes_ago, wait):
    assert THREE.wait([NOW - each * MINUTE for each in minutes_ago], NOW) == wait * MINUTE


@pytest.mark.django_db
class TestTraces:
    def test_the_one_over_the_limit_waits_and_is_let_in_later(self, clock):
        for _ in range(3):
            assert not Trace.objects.wait(THREE, "192.0.2.7")
            Trace.objects.leave((THREE, "192.0.2.7"))
        assert Trace.objects.wait(THREE, "192.0.2.7") == 10 * MINUTE
        clock.shift(10 * MINUTE)
        assert not Trace.objects.wait(THREE, "192.0.2.7")

    def test_somebody_else_does_not_wait(self, clock):
        for _ in range(3):
            Trace.objects.leave((THREE, "192.0.2.7"))
        assert not Trace.objects.wait(THREE, "192.0.2.8")
        assert not Trace.objects.wait(Limit("other", 3, 10 * MINUTE), "192.0.2.7")

    def test_r8_no_address_is_stored_and_the_hash_needs_the_secret_key(self, settings):
        Trace.objects.leave((THREE, "192.0.2.7"))
        row = Trace.objects.values().get()
        assert "192.0.2.7" not in repr(row)
        settings.SECRET_KEY = "another"
        assert THREE.key("192.0.2.7") != row["key"]

    def test_traces_are_gone_after_a_day_without_anybody_doing_it(self, clock, django_capture_on_commit_callbacks):
        for _ in range(60):
            Trace.objects.leave((THREE, "192.0.2.7"))
        clock.shift(datetime.timedelta(days=1))
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(50):
                Trace.objects.leave((THREE, "192.0.2.8"))
        assert not Trace.objects.filter(at__lte=timezone.now() - datetime.timedelta(days=1)).exists()


PROXY, SECOND_PROXY = "10.0.0.5", "10.0.0.6"


@pytest.fixture
def asking(settings):
    """A request from a peer, with what it says about who is behind it."""
    settings.TRUSTED_PROXIES = ["10.0.0.0/24", "fd00::5/128"]

    def made(peer: str, forwarded: str | None = None):
        headers = {"x-forwarded-for": forwarded} if forwarded is not None else {}
        return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)

    return made


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        (PROXY, "198.51.100.1", "198.51.100.1"),
        (PROXY, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (PROXY, f"203.0.113.9, 198.51.100.1, {SECOND_PROXY}", "198.51.100.1"),
        (PROXY, f"{SECOND_PROXY}, {PROXY}", SECOND_PROXY),
        (PROXY, None, PROXY),
        (PROXY, "", PROXY),
        (PROXY, "unknown", PROXY),
        (PROXY, "198.51.100.1, <script>", PROXY),
        (PROXY, "198.51.100.1:4711", "198.51.100.1"),
        ("fd00::5", "[2001:db8::9]:4711", "2001:db8::9"),
        ("::ffff:10.0.0.5", "198.51.100.1", "198.51.100.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_r8_behind_a_proxy_only_trusted_hops_count(asking, peer, forwarded, address):
    assert visitors.address_of(asking(peer, forwarded)) == address


def test_one_subscriber_of_ipv6_is_one_visitor(asking):
    assert visitors.connection_of(asking("2001:db8:1:2::9")) == visitors.connection_of(asking("2001:db8:1:2:ffff::1"))
    assert visitors.connection_of(asking("2001:db8:1:2::9")) != visitors.connection_of(asking("2001:db8:1:3::9"))


def test_each_address_of_ipv4_is_a_visitor(asking):
    assert visitors.connection_of(asking("192.0.2.7")) == "192.0.2.7"
