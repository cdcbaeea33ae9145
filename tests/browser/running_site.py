"""The site as `make run` starts it: web and worker, each a process of its own, in a folder of its own."""

import email
import email.message
import email.policy
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser import database
from tests.browser.waiting import until

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PASSWORD = "only-for-the-browser-tests"
COMMANDS = {
    "web": [str(BIN / "gunicorn"), "clinic_site.wsgi"],
    "worker": [sys.executable, "manage.py", "run_worker"],
}
START_SECONDS = 90
STOP_SECONDS = 30


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that still run."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def runs(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@dataclass
class Site:
    """One running copy of the site; tests may stop, kill and start its processes."""

    var_dir: Path
    database_url: str
    static_dir: Path
    port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mail_dir(self) -> Path:
        return self.var_dir / "mail"

    @property
    def log(self) -> str:
        """What web, worker and commands have written."""
        path = self.var_dir / "site.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def environment(self, **changes: str) -> dict[str, str]:
        """Nothing of the machine's own settings but where programs are."""
        return {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(self.var_dir),
            "DEBUG": "false",
            "SECRET_KEY": "only-for-the-browser-tests-" * 2,
            "SITE_URL": self.url,
            "PORT": str(self.port),
            "VAR_DIR": str(self.var_dir),
            "STATIC_ROOT": str(self.static_dir),
            "DATABASE_URL": self.database_url,
            "DEMO_PASSWORD": PASSWORD,
            # every test comes from one address, with one contact
            "REQUESTS_PER_CONNECTION": "1000000",
            "REQUESTS_PER_CONTACT": "1000000",
            **changes,
        }

    def spawn(self, command: list[str], **changes: str) -> subprocess.Popen:
        """Start a process in the project's folder, in a session of its own, writing to the log."""
        with (self.var_dir / "site.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment(**changes),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def manage(self, *arguments: str) -> None:
        """Run a management command to its end."""
        process = self.spawn([sys.executable, "manage.py", *arguments])
        assert process.wait(120) == 0, f"manage.py {arguments[0]} failed:\n{self.log[-4000:]}"

    def start(self, name: str, **changes: str) -> None:
        """Start `web` or `worker`, with changes of its environment."""
        assert name not in self.processes
        self.processes[name] = self.spawn(COMMANDS[name], **changes)

    def _end(self, name: str, number: int) -> int:
        process = self.processes.pop(name)
        process.send_signal(number)
        try:
            return process.wait(STOP_SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def kill(self, name: str) -> None:
        """End it without warning, as a power cut does."""
        self._end(name, signal.SIGKILL)

    def stop(self, name: str) -> int:
        """Ask it to end, as `docker stop` does; its exit code."""
        return self._end(name, signal.SIGTERM)

    def readiness(self) -> int:
        """The status of /readyz; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as response:
                return response.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def wait_until_ready(self) -> None:
        """Until /readyz answers 200. AssertionError with the log when it does not."""
        try:
            until(lambda: self.readiness() == 200, START_SECONDS, "/readyz answers 200")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log[-4000:]}") from None

    def query(self, sql: str, *values) -> list[tuple]:
        """Rows of the site's database; `%s` stands for a value."""
        return database.query(self.database_url, sql, *values)

    def mails(self) -> list[email.message.EmailMessage]:
        """Every mail that left as a file."""
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted(self.mail_dir.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        ]

    def mails_about(self, reference: str, count: int = 2, seconds: float = 5) -> list:
        """The mails that name a request, waited for: the desk's notice and the patient's receipt."""
        dashed = f"{reference[:4]}-{reference[4:]}"

        def about_it():
            found = [mail for mail in self.mails() if dashed in mail["Subject"]]
            return len(found) >= count and found

        return until(about_it, seconds, f"{count} mails about {dashed}")
