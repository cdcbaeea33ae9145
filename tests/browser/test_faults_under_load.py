"""A crowd of patients while processes are killed, mail is down, the database restarts: all kept, nothing doubled."""

import os
import signal
import threading
from collections import Counter

import pytest

from tests.browser.patient import crowd
from tests.browser.postgres_server import PostgresServer, programs
from tests.browser.running_site import Site, children
from tests.browser.waiting import until
from tests.mail_server import PostOffice

pytestmark = pytest.mark.browser

PATIENTS = 200
STORED = "SELECT full_name, reference FROM appointments_appointmentrequest WHERE full_name LIKE %s"
MESSAGES = (
    "SELECT m.message_id, m.status FROM appointments_message m "
    "JOIN appointments_appointmentrequest r ON r.id = m.appointment_request_id WHERE r.full_name LIKE %s"
)
# What the clock would do five minutes after a worker was killed (appointments/models/message.py).
END_LEASES = (
    "from django.utils import timezone; from appointments.models import Message; "
    "Message.objects.filter(status='sending').update(due_at=timezone.now())"
)


def _names(crowd_name: str, count: int) -> list[str]:
    return [f"{crowd_name} {number}" for number in range(count)]


def _is_delivered(site: Site, like: str) -> bool:
    return {status for _id, status in site.query(MESSAGES, like)} == {"sent"}


def _killed_soon(site: Site, times: int) -> list[threading.Timer]:
    """Kill one web process after another, a fraction of a second apart."""

    def kill():
        if found := children(site.processes["web"].pid):
            os.kill(found[0], signal.SIGKILL)

    timers = [threading.Timer(0.4 * (number + 1), kill) for number in range(times)]
    for timer in timers:
        timer.start()
    return timers


def test_r7_web_processes_killed_under_two_hundred_patients_lose_and_double_nothing(site):
    until(lambda: len(children(site.processes["web"].pid)) == 2, 20, "two web processes")
    timers = _killed_soon(site, 3)
    confirmed = crowd(site.url, _names("Killed", PATIENTS))
    for timer in timers:
        timer.join()
    assert dict(site.query(STORED, "Killed %")) == confirmed
    assert len(site.query(STORED, "Killed %")) == PATIENTS
    assert len(site.query(MESSAGES, "Killed %")) == 2 * PATIENTS
    until(lambda: _is_delivered(site, "Killed %"), 90, "all mails sent")
    about = Counter(mail["Message-ID"] for mail in site.mails())
    assert {about[message_id] for message_id, _status in site.query(MESSAGES, "Killed %")} == {1}


@pytest.fixture
def slow_post_office():
    """A mail server that takes its time, so that a worker can be killed while it sends."""
    office = PostOffice(seconds=0.02)
    yield office
    office.close()


def test_n1_a_hundred_requests_outlast_a_dead_mail_server_and_a_killed_worker(site, restart_worker, slow_post_office):
    restart_worker(EMAIL_URL=slow_post_office.url)
    confirmed = crowd(site.url, _names("Unmailed", PATIENTS // 2))
    assert len(confirmed) == PATIENTS // 2
    assert not _is_delivered(site, "Unmailed %")
    slow_post_office.open()
    until(lambda: len(slow_post_office.envelopes) > 20, 60, "mails begin to arrive")
    site.kill("worker")
    site.start("worker", EMAIL_URL=slow_post_office.url)
    site.manage("shell", "--command", END_LEASES)
    until(lambda: _is_delivered(site, "Unmailed %"), 120, "all mails sent")
    wanted = {message_id for message_id, _status in site.query(MESSAGES, "Unmailed %")}
    came = Counter(mail["Message-ID"] for _to, mail in slow_post_office.mails)
    assert wanted <= set(came)
    assert sum(came[message_id] for message_id in wanted) - len(wanted) <= 1  # the one in flight


@pytest.fixture
def own_postgres():
    """A server that only this test uses."""
    if programs() is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("PostgreSQL's programs are not installed")
    server = PostgresServer()
    server.create()
    yield server
    server.stop()


@pytest.fixture
def on_postgres(own_postgres, tmp_path_factory, site):
    """A second copy of the site, on that server."""
    running = Site(tmp_path_factory.mktemp("restarted"), own_postgres.url, site.static_dir)
    running.manage("migrate", "--verbosity", "0")
    running.manage("load_demo")
    running.start("web")
    running.start("worker")
    running.wait_until_ready()
    yield running
    for name in list(running.processes):
        running.stop(name)


def test_n1_postgresql_restarted_under_load_loses_and_doubles_nothing(own_postgres, on_postgres):
    restart = threading.Timer(1.0, own_postgres.restart)
    restart.start()
    confirmed = crowd(on_postgres.url, _names("Restarted", PATIENTS // 2))
    restart.join()
    assert dict(on_postgres.query(STORED, "Restarted %")) == confirmed
    assert len(on_postgres.query(STORED, "Restarted %")) == PATIENTS // 2
    until(lambda: _is_delivered(on_postgres, "Restarted %"), 60, "all mails sent")
    about = Counter(mail["Message-ID"] for mail in on_postgres.mails())
    assert {about[message_id] for message_id, _status in on_postgres.query(MESSAGES, "Restarted %")} == {1}
