"""What breaks in the middle of the night: nothing is lost, nothing leaves twice (N1, R7)."""

import email
import email.policy
import os
import re
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest
from aiosmtpd.controller import Controller

from tests.browser.patient import ANSWERS, REFERENCE, Visitor
from tests.browser.running_site import BIN, children, free_port, runs
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

CLIENTS = 20


def _send(site, **changes) -> str:
    """A patient sends a request; the reference on the confirmation."""
    visitor = Visitor(site.url)
    return _reference(visitor.post("sent", {**visitor.open_form(), **changes}))


def _reference(answer: tuple[int, str]) -> str:
    status, text = answer
    assert status == 200
    return REFERENCE.search(text.partition("<main")[2]).group().replace("-", "")


def _messages(site, reference: str) -> list[tuple]:
    """(recipient, status, Message-ID, attempts) of each mail about a request."""
    return site.query(
        'SELECT m."to", m.status, m.message_id, m.attempts FROM appointments_message m '
        "JOIN appointments_appointmentrequest r ON r.id = m.appointment_request_id WHERE r.reference = %s",
        reference,
    )


def _all_sent(site, reference: str) -> bool:
    return {status for _to, status, *_rest in _messages(site, reference)} == {"sent"}


@pytest.fixture
def restart_worker(site):
    """Starts the worker with another environment; the usual one is back at the end."""

    def restarted(**changes):
        if "worker" in site.processes:
            site.stop("worker")
        site.start("worker", **changes)

    yield restarted
    restarted()


def test_a_request_is_taken_while_the_worker_is_dead(site, restart_worker):
    site.kill("worker")
    reference = _send(site)
    assert {status for _to, status, *_rest in _messages(site, reference)} == {"queued"}
    restart_worker()
    until(lambda: _all_sent(site, reference), 15, "both mails sent")
    assert len(site.mails_about(reference)) == 2


class Post:
    """A mail server that keeps what it is given."""

    def __init__(self):
        self.envelopes = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Accept."""
        self.envelopes.append(envelope)
        return "250 OK"

    def about(self, reference: str) -> list:
        """[(recipients, mail)] of a request."""
        mails = [
            (envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default))
            for envelope in list(self.envelopes)
        ]
        return [(to, mail) for to, mail in mails if f"{reference[:4]}-{reference[4:]}" in mail["Subject"]]


@pytest.fixture
def post_office():
    """A mail server that is not there yet: `start()` opens it on `port`."""

    class PostOffice:
        def __init__(self):
            self.port, self.post, self.controller = free_port(), Post(), None

        def start(self):
            self.controller = Controller(self.post, hostname="127.0.0.1", port=self.port)
            self.controller.start()

    office = PostOffice()
    yield office
    if office.controller:
        office.controller.stop()


@pytest.fixture
def delivered(site, restart_worker, post_office):
    """A request sent while no mail server was there, and its mail once there was one."""
    restart_worker(EMAIL_URL=f"smtp://127.0.0.1:{post_office.port}")
    reference = _send(site)
    until(lambda: all(row[3] for row in _messages(site, reference)), 15, "a first attempt each")
    assert {row[1] for row in _messages(site, reference)} <= {"queued", "sending"}
    post_office.start()
    until(lambda: _all_sent(site, reference), 30, "both mails sent")
    return reference, post_office.post.about(reference)


def test_mail_waits_for_its_server_and_leaves_once(site, delivered):
    reference, mails = delivered
    rows = _messages(site, reference)
    assert sorted((to, mail["Message-ID"]) for (to,), mail in mails) == sorted((row[0], row[2]) for row in rows)
    assert len(mails) == len(rows) == 2
    for to, mail in mails:
        assert mail["To"] == to[0]
        assert mail["From"] == "Clinic website <website@clinic.example>"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Date"].datetime
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    dashed = f"{reference[:4]}-{reference[4:]}"
    assert {mail["Subject"] for _to, mail in mails} == {
        f"Denver: new request {dashed}",
        f"We have your request {dashed}",
    }


def _web_workers(site) -> list[int]:
    return children(site.processes["web"].pid)


def _insist(site, number: int) -> str:
    """A patient who presses the button again, on the same form, when the connection breaks."""
    visitor = Visitor(site.url)
    form = until(lambda: _or_nothing(visitor.open_form), 20, "the form")
    answers = {**form, "full_name": f"Patient {number}", "email": f"patient{number}@patient.example"}
    return _reference(until(lambda: _or_nothing(visitor.post, "sent", answers), 20, "a confirmation"))


def _or_nothing(act, *arguments):
    """What `act` gives; None when the connection breaks."""
    try:
        return act(*arguments)
    except (OSError, HTTPException):
        return None


def test_a_web_process_killed_while_patients_send_loses_and_doubles_nothing(site):
    victim, *_others = until(lambda: len(found := _web_workers(site)) == 2 and found, 20, "two web processes")
    timer = threading.Timer(0.15, os.kill, (victim, signal.SIGKILL))
    with ThreadPoolExecutor(CLIENTS) as patients:
        timer.start()
        references = list(patients.map(lambda number: _insist(site, number), range(CLIENTS)))
    timer.join()
    rows = site.query(
        "SELECT reference, full_name FROM appointments_appointmentrequest WHERE full_name LIKE %s", "Patient %"
    )
    assert sorted(rows) == sorted(zip(references, map("Patient {}".format, range(CLIENTS)), strict=True))
    assert not runs(victim)
    until(lambda: len(_web_workers(site)) == 2, 20, "a new web process")


def test_a_form_sent_five_times_at_once_is_one_request(site):
    visitor = Visitor(site.url)
    form = {**visitor.open_form(), "full_name": "Five Times"}
    with ThreadPoolExecutor(5) as presses:
        references = {_reference(answer) for answer in presses.map(lambda _n: visitor.post("sent", form), range(5))}
    rows = site.query("SELECT reference FROM appointments_appointmentrequest WHERE full_name = 'Five Times'")
    assert [(reference,) for reference in references] == rows


def _descendants(pid: int) -> list[int]:
    found = children(pid)
    return found + [deeper for child in found for deeper in _descendants(child)]


def test_ctrl_c_stops_web_and_worker_within_ten_seconds(site):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    honcho = site.spawn([str(BIN / "honcho"), "start", "--no-prefix"], PORT=str(port), SITE_URL=address)
    family = []
    try:
        until(lambda: _or_nothing(Visitor(address).open_form), 30, "the second copy answers")
        # gunicorn with two workers, run_worker
        family = until(lambda: len(found := _descendants(honcho.pid)) >= 4 and found, 20, "all processes")
        os.killpg(honcho.pid, signal.SIGINT)
        honcho.wait(10)
        until(lambda: not any(map(runs, family)), 1, f"no process is left of {family}")
    finally:
        if honcho.poll() is None:
            family = _descendants(honcho.pid)
            honcho.kill()
            honcho.wait()
        for pid in filter(runs, family):
            os.kill(pid, signal.SIGKILL)
    assert honcho.returncode in (0, 130, -signal.SIGINT)


def test_the_log_of_all_this_names_no_patient(site):
    reference = _send(site)
    site.mails_about(reference)
    words = re.findall(r"\w{6,}", " ".join(ANSWERS.values()))
    assert not [word for word in words if word in site.log]
