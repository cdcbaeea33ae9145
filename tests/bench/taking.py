"""Taking requests: with every check on, against pgbench doing the same inserts on the same server."""

import contextlib
import datetime
import json
import os
import re
import statistics
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import brotli
import time_machine
from django.conf import settings
from django.db import connection

from appointments.models import AppointmentRequest, Message
from tests.bench.figures import Figures
from tests.browser.running_site import Site
from tests.builders import answers

CLIENTS = 16
RUNS, SECONDS = 3, 12
WARM_UP = 2  # seconds in which a process reads its templates: a few slow answers, and as many each time it starts
BODIES = 5_000  # more than can be taken in that time
OPENED_BEFORE = datetime.timedelta(minutes=2)
CSRF = "a" * 32
# The goals in milliseconds were set on a machine where pgbench made that many of the bare inserts a second.
BARE_THERE = 3_172
# The two inserts of a request, into tables like ours without their foreign keys.
TABLES = ("appointments_appointmentrequest", "appointments_event")
UNIQUE = {"reference": 8, "idempotency_key": 64, "link_hash": 64}  # and how long they are


def body(number: int) -> str:
    """One filled form, from a person of its own."""
    phone = f"720-555-{number % 100:02d}{number // 100 % 100:02d}"
    typed = answers(phone=phone, email=f"patient{number}@mail.example", full_name=f"Pat Sample {number}")
    return urlencode({**typed, "csrfmiddlewaretoken": CSRF}, doseq=True)


def write_bodies(path: Path, first: int) -> None:
    """Forms that were opened a while ago and not sent yet, numbered from `first`."""
    with time_machine.travel(datetime.datetime.now(datetime.UTC) - OPENED_BEFORE):
        path.write_text("\n".join(body(number) for number in range(first, first + BODIES)))


def load(url: str, bodies: Path, seconds: int) -> dict:
    """What wrk saw."""
    script = Path(__file__).with_suffix(".lua")
    wrk = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script), url]
    environment = {**os.environ, "BODIES": str(bodies), "CSRF": CSRF}
    done = subprocess.run(wrk, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _sent(url: str) -> bytes:
    """What travels to a browser that takes brotli."""
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept-Encoding": "br"})) as response:
        body = response.read()
        return body if response.headers["Content-Encoding"] == "br" else brotli.compress(body)


def weight(site: Site) -> float:
    """HTML, CSS and JavaScript of the form page as they travel, in kB."""
    with urllib.request.urlopen(f"{site.url}/request-appointment/") as response:
        html = response.read()
    files = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', html.decode())
    parts = [brotli.compress(html), *[_sent(site.url + file) for file in sorted(set(files))]]
    return sum(map(len, parts)) / 1000


def _insert(table: str, cursor) -> str:
    """The last stored row once more, into a copy of its table, with other values where they must be unique."""
    cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING ALL)")
    cursor.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")
    names = [column.name for column in cursor.description]
    row = dict(zip(names, cursor.fetchone(), strict=True))
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'ALWAYS'", [table]
    )
    for name in ["id", *[generated for (generated,) in cursor.fetchall()]]:
        row.pop(name)
    row |= {name: json.dumps(value) for name, value in row.items() if isinstance(value, list | dict)}
    values = {name: cursor.mogrify("%s", [value]).decode() for name, value in row.items()}
    values |= {
        name: f"left(md5(random()::text) || md5(random()::text), {length})"
        for name, length in UNIQUE.items()
        if name in row
    }
    return f"INSERT INTO bench_{table} ({', '.join(values)}) VALUES ({', '.join(values.values())});"


def _script(folder: Path) -> Path:
    """The two inserts of a request in one transaction, as pgbench reads them."""
    with connection.cursor() as cursor:
        inserts = [_insert(table, cursor) for table in TABLES]
    path = folder / "inserts.sql"
    path.write_text("\n".join(["BEGIN;", *inserts, "COMMIT;"]))
    return path


def limit(folder: Path) -> float:
    """Transactions a second of the bare inserts, four clients."""
    server = urlsplit(os.environ["DATABASE_URL"])
    where = ["-h", server.hostname, "-p", str(server.port), "-U", server.username, server.path.strip("/")]
    script = ["-n", "-c", "4", "-j", "1", "-T", "8", "-M", "simple", "-f", str(_script(folder))]
    done = subprocess.run([os.environ["PGBENCH"], *script, *where], capture_output=True, text=True, check=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])


def _start(site: Site, processes: int) -> None:
    changes = {"SECRET_KEY": settings.SECRET_KEY, "TRUSTED_PROXIES": "127.0.0.1", "WEB_WORKERS": str(processes)}
    site.start("web", **changes)
    if processes == 1:  # as the limit it is compared with; two have a core each
        with contextlib.suppress(AttributeError, OSError):  # Linux; not in every container
            os.sched_setaffinity(site.processes["web"].pid, {0})
    site.wait_until_ready()


def _run(site: Site, bodies: Path, number: int) -> list[dict]:
    """Forms for some seconds, of which none was sent before: warming up, then what counts."""
    found = []
    for part, seconds in enumerate((WARM_UP, SECONDS)):
        write_bodies(bodies, (2 * number + part) * BODIES)
        found.append(load(f"{site.url}/request-appointment/sent/", bodies, seconds))
    return found


def measure(figures: Figures, folder: Path, processes: int) -> tuple[float, float]:
    """Requests a second and the 99th percentile in ms, medians of `RUNS`, each of fresh processes.

    How the clients fall to the processes differs from start to start. Sees too that what was confirmed is there, once.
    """
    database = os.environ.get("DATABASE_URL", f"sqlite:///{settings.VAR_DIR / 'db.sqlite3'}")
    site = Site(Path(settings.VAR_DIR), database, Path(settings.STATIC_ROOT))
    site.manage("migrate", "--verbosity", "0")
    site.manage("load_demo")
    runs = []
    for number in range(RUNS):
        _start(site, processes)
        try:
            weighs = weight(site)
            runs.append(_run(site, folder / "bodies", number))
        finally:
            site.stop("web")
    loads = [each for run in runs for each in run]
    taken = sum(each["taken"] for each in loads)
    stored = AppointmentRequest.objects.count()
    figures.at_most("form page: HTML, CSS and JavaScript by brotli", weighs, 20, "kB")
    figures.at_most("answers that were not a confirmation", sum(each["refused"] + each["failed"] for each in loads), 0)
    # Those under way when the time was up are stored and were not counted.
    figures.at_most("confirmed and not stored", max(0, taken - stored), 0)
    figures.at_most("stored more than once", max(0, stored - taken - CLIENTS * len(loads)), 0)
    figures.at_most("stored without both messages", 2 * stored - Message.objects.count(), 0)
    counted = [run[-1] for run in runs]
    rate = statistics.median(each["taken"] / each["seconds"] for each in counted)
    return rate, statistics.median(each["p99"] for each in counted)


def main() -> None:
    """Measure in an empty database."""
    figures = Figures(f"Taking requests, {connection.vendor}, {CLIENTS} clients")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if connection.vendor == "postgresql":
            rate, p99 = measure(figures, folder, processes=1)
            bare = limit(folder)
            figures.note("the bare inserts by pgbench", bare, "/s")
            figures.note("requests taken by one process", rate, "/s")
            figures.at_least("against the bare inserts", rate / bare, 0.06)
            figures.note("99 of 100 are answered within", p99, "ms")
            figures.at_most("the same at the speed of the machine of the goal", p99 * bare / BARE_THERE, 200, "ms")
        else:
            rate, p99 = measure(figures, folder, processes=2)
            figures.note("requests taken by two processes", rate, "/s")
            figures.at_most("99 of 100 are answered within", p99, 300, "ms")
    figures.end()


if __name__ == "__main__":
    main()
