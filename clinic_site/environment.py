"""Settings read from the environment, each wrong value answered by one line that names it."""

import ipaddress
import os
import re
from collections.abc import Callable
from email.utils import parseaddr
from pathlib import Path
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

import dj_database_url
import dj_email_url
import django_cache_url
from environs import Env, EnvError

T = TypeVar("T")

env = Env()

DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
EMAIL_SCHEMES = ("smtp", "submission", "file", "console")
CACHE_SCHEMES = ("file", "locmem", "redis", "rediss", "dummy")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


def refuse(name: str, expected: str) -> NoReturn:
    """Stop the start with a line naming the variable; its value may be a secret and is not shown."""
    raise SystemExit(f"Environment variable {name} is wrong: expected {expected}.")


def read(name: str, default: T, parse: Callable[[str], T], expected: str) -> T:
    """Parse variable `name`; unset or blank gives `default`; a `ValueError` from `parse` stops the start."""
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return parse(raw)
    except (ValueError, KeyError, EnvError):
        refuse(name, expected)


def boolean(name: str, default: bool) -> bool:
    """`true`/`false`, `1`/`0`, `yes`/`no`, `on`/`off` in any case."""
    return read(name, default, lambda raw: env.bool(name), "true or false")


def integer(name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number within `lowest`…`highest`, both included."""

    def parse(raw: str) -> int:
        if not lowest <= (number := int(raw)) <= highest:
            raise ValueError
        return number

    return read(name, default, parse, f"a whole number from {lowest} to {highest}")


def words(name: str, default: list[str], allowed: str, expected: str) -> list[str]:
    """A comma-separated list, every item matching the pattern `allowed`."""

    def parse(raw: str) -> list[str]:
        items = [item.strip() for item in raw.split(",") if item.strip()]
        if not all(re.fullmatch(allowed, item) for item in items):
            raise ValueError
        return items

    return read(name, default, parse, expected)


def proxies(name: str) -> list[str]:
    """IP addresses or networks (CIDR) whose X-Forwarded-* headers are believed."""

    def parse(raw: str) -> list[str]:
        return [str(ipaddress.ip_network(item.strip())) for item in raw.split(",") if item.strip()]

    return read(name, [], parse, "IP addresses or networks, comma-separated, such as 10.0.0.0/8")


def site_url(name: str, default: str) -> str:
    """Where patients reach the site: scheme and host, no path, no trailing slash."""

    def parse(raw: str) -> str:
        parts = urlsplit(raw)
        beyond_host = parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or beyond_host:
            raise ValueError
        return f"{parts.scheme}://{parts.netloc}"

    return read(name, default, parse, "an address such as https://www.clinic.example, without a path")


def mailbox(raw: str) -> str:
    """A mailbox with an address, such as `Clinic <website@clinic.example>`; `ValueError` otherwise."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(raw)[1]) or re.search(r"[\r\n]", raw):
        raise ValueError
    return raw


def is_loopback(url: str) -> bool:
    """Whether the site is only reached on this machine: the trial set-up, not production."""
    return urlsplit(url).hostname in LOOPBACK_HOSTS


def _scheme_of(raw: str, allowed: tuple[str, ...]) -> None:
    if urlsplit(raw).scheme not in allowed:
        raise ValueError


def database(name: str, default: str) -> dict:
    """Django's database settings for a SQLite or PostgreSQL address.

    SQLite: WAL with `synchronous=FULL`, because NORMAL can lose the last commits on power loss, and
    `IMMEDIATE` transactions, because a deferred one fails when two writers upgrade their lock.
    """

    def parse(raw: str) -> dict:
        _scheme_of(raw, DATABASE_SCHEMES)
        return dj_database_url.parse(raw, conn_max_age=60, conn_health_checks=True)

    expected = "an address such as postgres://user:password@host:5432/name or sqlite:////path/to/file"
    config = read(name, None, parse, expected) or parse(default)
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,  # seconds; below every proxy's patience, so the patient sees our page
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    return config


def email(name: str, default: str) -> dict:
    """Django's EMAIL_* settings for an SMTP server, a folder of `.eml` files or the console."""

    def parse(raw: str) -> dict:
        _scheme_of(raw, EMAIL_SCHEMES)
        parts = urlsplit(raw)
        if parts.scheme == "file":
            return {"EMAIL_BACKEND": "clinic_site.mail.EmlFileBackend", "EMAIL_FILE_PATH": parts.path}
        return dj_email_url.parse(raw)

    config = read(name, None, parse, "an address such as submission://user:password@mail.example:587")
    return config or parse(default)


def cache(name: str, default: str) -> dict:
    """Django's cache settings; `redis://` shares the sign-in throttle between machines."""

    def parse(raw: str) -> dict:
        _scheme_of(raw, CACHE_SCHEMES)
        return django_cache_url.parse(raw)

    return read(name, None, parse, "an address such as redis://host:6379/0 or locmem://") or parse(default)


def folder(name: str, default: Path) -> Path:
    """An absolute folder, made if it is missing."""

    def parse(raw: str) -> Path:
        path = Path(raw).absolute()
        path.mkdir(parents=True, exist_ok=True)
        return path

    try:
        return read(name, None, parse, "a folder this process may write to") or parse(str(default))
    except OSError:
        refuse(name, "a folder this process may write to")


def secret_key(name: str, debug: bool) -> str:
    """The signing key: 50 characters or more, required unless DEBUG is on."""
    development_key = "development-only-" + "not-a-secret-" * 4

    def parse(raw: str) -> str:
        if not debug and (len(raw) < 50 or len(set(raw)) < 10 or raw == development_key):
            raise ValueError
        return raw

    expected = "a random text of 50 characters or more (production refuses short and default ones)"
    key = read(name, "", parse, expected)
    if not key and not debug:
        refuse(name, expected)
    return key or development_key
