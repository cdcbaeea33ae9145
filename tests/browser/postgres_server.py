"""A PostgreSQL of a test's own, which it may stop and start."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.browser.running_site import free_port


def programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, the newest one; None without PostgreSQL."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    found = [*([Path(on_path).parent] if on_path else []), *folders]
    return found[-1] if found else None


class PostgresServer:
    """A throw-away cluster; not among pytest's own folders, which only their owner may enter."""

    def __init__(self):
        self.folder, self.port = Path(tempfile.mkdtemp(prefix="postgres-")), free_port()

    @property
    def url(self) -> str:
        return f"postgres://clinic@127.0.0.1:{self.port}/postgres"

    def _run(self, program: str, *arguments: str) -> None:
        # PostgreSQL refuses to run as root.
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*as_postgres, str(programs() / program), "--pgdata", str(self.folder), *arguments]
        # No pipe: the server would inherit it and keep it open.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/")

    def create(self) -> None:
        """Make the cluster and start it."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "--auth", "trust", "--username", "clinic", "--encoding", "UTF8", "--no-sync")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._run("pg_ctl", "start", "--wait", "--log", str(self.folder / "log"), "--options", options)

    def restart(self) -> None:
        """End every connection, then take new ones; the options stay."""
        self._run(
            "pg_ctl", "restart", "--wait", "--timeout", "120", "--mode", "fast", "--log", str(self.folder / "log")
        )

    def stop(self) -> None:
        """End it and forget all of it."""
        self._run("pg_ctl", "stop", "--mode", "immediate")
        shutil.rmtree(self.folder)
