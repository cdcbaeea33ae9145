"""Settings come from the environment; a wrong one stops the start with one line that names it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LONG_KEY = "".join(f"{n:x}-abcdefg" for n in range(8))
PRODUCTION = {
    "DEBUG": "false",
    "SECRET_KEY": LONG_KEY,
    "SITE_URL": "https://www.clinic-of-somebody.org",
    "DEFAULT_FROM_EMAIL": "Clinic <website@clinic-of-somebody.org>",
    "EMAIL_URL": "submission://website:password@mail.clinic-of-somebody.org:587",
}
DEVELOPMENT_KEY = "development-only-" + "not-a-secret-" * 4
SECRET = "s3cret-canary"


@pytest.fixture
def run(tmp_path):
    """Run Python in the project with nothing in the environment but what is given."""

    def run(*arguments, **variables):
        environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path / "var"), **variables}
        command = [sys.executable, "-W", "error", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)

    return run


@pytest.fixture
def read(run):
    """Some settings as they are under an environment."""

    def read(*names, **variables):
        code = "import json; from clinic_site import settings as s; " + (
            f"print(json.dumps([getattr(s, name) for name in {names!r}], default=str))"
        )
        done = run("-c", code, **variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return read


WRONG = {
    "DEBUG": ("maybe-canary", "true or false"),
    "SITE_URL": ("ftp://canary.example", "https://www.clinic.example"),
    "ALLOWED_HOSTS": ("https://canary.example/", "host names, comma-separated"),
    "VAR_DIR": ("/proc/canary", "a folder"),
    "STATIC_ROOT": ("/proc/canary", "a folder"),
    "PORT": ("80canary", "a whole number from 1 to 65535"),
    "TRUSTED_PROXIES": ("10.0.0.canary", "IP addresses or networks"),
    "REQUESTS_PER_CONNECTION": ("canary", "a whole number from 1 to"),
    "REQUESTS_PER_CONTACT": ("canary", "a whole number from 1 to"),
    "MFA_REQUIRED": ("canary", "true or false"),
    "LOG_LEVEL": ("CANARY", "DEBUG, INFO or WARNING"),
    "HSTS_SECONDS": ("-canary", "a whole number from 0 to"),
    "DATABASE_URL": (f"mysql://user:{SECRET}@host/name", "postgres://user:password@host:5432/name"),
    "CACHE_URL": (f"memcached://user:{SECRET}@host", "redis://host:6379/0"),
    "EMAIL_URL": (f"imap://user:{SECRET}@host", "submission://user:password@mail.example:587"),
    "DEFAULT_FROM_EMAIL": ("canary", "a mailbox such as"),
}


def assert_one_line(done, name, expected, value):
    """Refused, in one line that names variable and expectation, and keeps the value to itself."""
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith(f"Environment variable {name} is wrong: expected ")
    assert expected in done.stderr
    assert value not in done.stderr


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_stops_the_start_with_one_line(run, name):
    value, expected = WRONG[name]
    assert_one_line(run("manage.py", "check", **{name: value}), name, expected, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", "https:///canary"),
        ("SITE_URL", "www.canary.example"),
        ("SITE_URL", "https://clinic.example/path"),
        ("SITE_URL", "https://clinic.example?query"),
        ("SITE_URL", "https://clinic.example:canary"),
        ("SITE_URL", "https://clinic.example#canary"),
        ("SITE_URL", "https://user:canary@clinic.example"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "8000.5"),
        ("HSTS_SECONDS", "-1"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("ALLOWED_HOSTS", "*"),
        ("LOG_LEVEL", "info"),
        ("DATABASE_URL", "canary"),
        ("DATABASE_URL", "postgres://host:canary/name"),
        ("CACHE_URL", "canary"),
        ("EMAIL_URL", "canary"),
        ("EMAIL_URL", "smtp://host:canary"),
        ("DEFAULT_FROM_EMAIL", "Clinic <canary>"),
    ],
)
def test_a_value_that_is_nearly_right_is_refused_too(run, name, value):
    done = run("-c", "from clinic_site import settings", **{name: value})
    assert_one_line(done, name, "expected ", value)


@pytest.mark.parametrize("name", ["WEB_WORKERS", "WEB_THREADS", "WEB_BIND"])
def test_the_web_server_refuses_a_wrong_value_in_the_same_way(run, name):
    done = run("-m", "gunicorn", "--check-config", "clinic_site.wsgi", **{name: "canary"})
    assert_one_line(done, name, "expected ", "canary")


# --- Good values -----------------------------------------------------------------------------------
def test_a_fresh_clone_starts_with_an_empty_environment(run):
    done = run("manage.py", "check")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_blank_variables_are_as_if_they_were_not_there(run):
    blank = dict.fromkeys([*WRONG, "SECRET_KEY"], " ")
    assert run("-c", "from clinic_site import settings", **blank, HOME="/nonexistent").returncode == 0


def test_defaults_suit_a_trial_on_this_machine(read):
    names = ["DEBUG", "SITE_URL", "LOG_LEVEL", "MFA_REQUIRED", "TRUSTED_PROXIES", "SESSION_COOKIE_SECURE"]
    assert read(*names) == [True, "http://127.0.0.1:8000", "INFO", False, [], False]


@pytest.mark.parametrize(
    ("name", "value", "setting", "expected"),
    [
        ("DEBUG", "On", "DEBUG", True),
        ("PORT", "9000", "SITE_URL", "http://127.0.0.1:9000"),
        ("SITE_URL", "http://localhost:8080/", "SITE_URL", "http://localhost:8080"),
        ("SITE_URL", "http://[::1]:8080", "SITE_HOST", "::1"),
        ("ALLOWED_HOSTS", "localhost, 127.0.0.1", "ALLOWED_HOSTS", ["localhost", "127.0.0.1"]),
        ("TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1", "TRUSTED_PROXIES", ["10.0.0.0/8", "2001:db8::1/128"]),
        ("MFA_REQUIRED", "yes", "MFA_REQUIRED", True),
        ("LOG_LEVEL", "WARNING", "LOG_LEVEL", "WARNING"),
        ("EMAIL_URL", "console://", "EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"),
        ("EMAIL_URL", "file:///tmp/mail", "EMAIL_FILE_PATH", "/tmp/mail"),
        ("EMAIL_URL", "smtp://user:pass@mail.example:2525", "EMAIL_PORT", 2525),
        ("EMAIL_URL", "submission://user:pass@mail.example:587", "EMAIL_USE_TLS", True),
        ("DEFAULT_FROM_EMAIL", "Clinic <a@mail.example>", "MAIL_DOMAIN", "mail.example"),
        ("SECRET_KEY", LONG_KEY, "SECRET_KEY", LONG_KEY),
    ],
)
def test_a_good_value_is_taken(read, name, value, setting, expected):
    assert read(setting, **{name: value}) == [expected]


def test_folders_are_made(read, tmp_path):
    folders = {"VAR_DIR": str(tmp_path / "a" / "b"), "STATIC_ROOT": str(tmp_path / "static")}
    assert read("VAR_DIR", "STATIC_ROOT", **folders) == list(folders.values())
    assert all(Path(folder).is_dir() for folder in folders.values())


def test_postgresql_is_taken_with_its_password(read):
    (databases,) = read("DATABASES", DATABASE_URL="postgres://clinic:a%40b@db.example:5433/site")
    database = databases["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert [database[key] for key in ("HOST", "PORT", "NAME", "PASSWORD")] == ["db.example", 5433, "site", "a@b"]


def test_sqlite_never_loses_a_commit_and_never_deadlocks_on_upgrade(read, tmp_path):
    (databases,) = read("DATABASES", DATABASE_URL=f"sqlite:///{tmp_path}/x.sqlite3")
    options = databases["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]
    assert "synchronous=FULL" in options["init_command"]


def test_without_redis_the_processes_of_one_machine_share_a_cache(read):
    (caches,) = read("CACHES")
    assert caches["default"]["BACKEND"] == "django.core.cache.backends.filebased.FileBasedCache"


def test_redis_is_taken_as_the_shared_cache(read):
    (caches,) = read("CACHES", CACHE_URL="redis://cache.example:6379/1")
    assert caches["default"]["BACKEND"] == "django.core.cache.backends.redis.RedisCache"


# --- Production ------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["", "too short", DEVELOPMENT_KEY, "ab" * 40])
def test_production_refuses_a_weak_key(run, key):
    done = run("manage.py", "check", **{**PRODUCTION, "SECRET_KEY": key})
    assert_one_line(done, "SECRET_KEY", "50 characters or more", key or "nothing to hide")


def test_production_refuses_plain_http(run):
    value = "http://www.clinic-of-somebody.org"
    assert_one_line(run("manage.py", "check", **{**PRODUCTION, "SITE_URL": value}), "SITE_URL", "https://", value)


def test_a_public_site_refuses_debug(run):
    done = run("manage.py", "check", **{**PRODUCTION, "DEBUG": "true"})
    assert_one_line(done, "DEBUG", "false where SITE_URL is not this machine", "DEBUG=true")


def test_a_public_site_refuses_debug_by_default(run):
    variables = {name: value for name, value in PRODUCTION.items() if name != "DEBUG"}
    assert_one_line(run("manage.py", "check", **variables), "DEBUG", "false", PRODUCTION["SECRET_KEY"])


def test_production_passes_every_deployment_check(run):
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_a_deployment_with_a_sender_of_nobody_is_reported(run):
    variables = {**PRODUCTION, "DEFAULT_FROM_EMAIL": "website@clinic.example"}
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **variables)
    assert done.returncode != 0
    assert "DEFAULT_FROM_EMAIL must be an address of your own domain." in done.stderr


def test_a_deployment_that_only_writes_mail_to_files_is_reported(run):
    variables = {**PRODUCTION, "EMAIL_URL": ""}
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **variables)
    assert done.returncode != 0
    assert "EMAIL_URL must name a mail server" in done.stderr


def test_a_public_host_with_an_address_on_this_machine_is_refused(run):
    done = run("-c", "from clinic_site import settings", ALLOWED_HOSTS="www.clinic-of-somebody.org")
    assert_one_line(done, "SITE_URL", "the public address of the site", "www.clinic-of-somebody.org")


def test_production_answers_to_every_name_it_is_given(read):
    hosts = read("ALLOWED_HOSTS", **PRODUCTION, ALLOWED_HOSTS="a.example, .b.example")
    assert hosts == [["a.example", ".b.example"]]


def test_production_answers_to_its_own_name_only(read):
    assert read("ALLOWED_HOSTS", **PRODUCTION) == [["www.clinic-of-somebody.org"]]


def test_production_gives_hsts_and_secure_cookies(read):
    names = ["SECURE_HSTS_SECONDS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"]
    assert read(*names, **PRODUCTION) == [365 * 24 * 3600, True, True, True]


def test_hsts_can_be_shorter_for_the_first_days(read):
    assert read("SECURE_HSTS_SECONDS", **PRODUCTION, HSTS_SECONDS="3600") == [3600]


def test_the_web_server_starts_in_production(run):
    done = run("-m", "gunicorn", "--check-config", "clinic_site.wsgi", **PRODUCTION)
    assert done.returncode == 0, done.stderr
