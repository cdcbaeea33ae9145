"""The machine's speed: how often gunicorn, held to one core, answers with a page of bytes that is ready."""

import re
import subprocess
import urllib.request

from tests.browser.running_site import BIN, ROOT, free_port
from tests.browser.waiting import until

# On the machine of the goals, halfway between its fastest and its slowest run.
RATE_THERE = 5_600
PAGE = b"x" * 25_000
SECONDS = 5

# What gunicorn reads from here; everything else as it comes.
worker_class = "gthread"
threads = 4


def application(environ, start_response):
    """The same page for everybody."""
    start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
    return [PAGE]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as response:
            return response.status == 200
    except OSError:
        return False


def rate() -> float:
    """Answers a second to 16 clients, which have the other cores to themselves."""
    address = f"127.0.0.1:{free_port()}"
    command = [BIN / "gunicorn", "--config", "python:tests.bench.bare", "--bind", address, "tests.bench.bare"]
    server = subprocess.Popen(["taskset", "--cpu-list", "0", *command], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(f"http://{address}"), 30, "gunicorn answers")
        wrk = ["wrk", "-t1", "-c16", f"-d{SECONDS}s", f"http://{address}"]
        done = subprocess.run(wrk, capture_output=True, text=True, check=True)
    finally:
        server.terminate()
        server.wait()
    return float(re.search(r"Requests/sec: +([\d.]+)", done.stdout)[1])
