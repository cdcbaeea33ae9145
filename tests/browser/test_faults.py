"""What breaks in the middle of the night: nothing is lost, nothing leaves twice (N1, R7)."""

import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser.patient import ANSWERS, Visitor, or_nothing, reference_in
from tests.browser.running_site import BIN, children, free_port, runs
from tests.browser.waiting import until

pytestmark = pytest.mark.browser


def _send(site, **changes) -> str:
    """A patient sends a request; the reference on the confirmation."""
    visitor = Visitor(site.url)
    return reference_in(visitor.post("sent", {**visitor.open_form(), **changes}))


def _messages(site, reference: str) -> list[tuple]:
    """(recipient, status, Message-ID, attempts) of each mail about a request."""
    return site.query(
        'SELECT m."to", m.status, m.message_id, m.attempts FROM appointments_message m '
        "JOIN appointments_appointmentrequest r ON r.id = m.appointment_request_id WHERE r.reference = %s",
        reference,
    )


def _all_sent(site, reference: str) -> bool:
    return {status for _to, status, *_rest in _messages(site, reference)} == {"sent"}


def test_a_request_is_taken_while_the_worker_is_dead(site, restart_worker):
    site.kill("worker")
    reference = _send(site)
    assert {status for _to, status, *_rest in _messages(site, reference)} == {"queued"}
    restart_worker()
    until(lambda: _all_sent(site, reference), 15, "both mails sent")
    assert len(site.mails_about(reference)) == 2


@pytest.fixture
def delivered(site, restart_worker, post_office):
    """A request sent while no mail server was there, and its mail once there was one."""
    restart_worker(EMAIL_URL=post_office.url)
    reference = _send(site)
    until(lambda: all(row[3] for row in _messages(site, reference)), 15, "a first attempt each")
    assert {row[1] for row in _messages(site, reference)} <= {"queued", "sending"}
    post_office.open()
    until(lambda: _all_sent(site, reference), 30, "both mails sent")
    return reference, post_office.about(reference)


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


def test_a_form_sent_five_times_at_once_is_one_request(site):
    visitor = Visitor(site.url)
    form = {**visitor.open_form(), "full_name": "Five Times"}
    with ThreadPoolExecutor(5) as presses:
        references = {reference_in(answer) for answer in presses.map(lambda _n: visitor.post("sent", form), range(5))}
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
        until(lambda: or_nothing(Visitor(address).open_form), 30, "the second copy answers")
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
