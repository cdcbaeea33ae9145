"""Gunicorn: how many processes and threads serve the site, which proxy they believe, what they log."""

import ipaddress
import sys
from pathlib import Path

from gunicorn.glogging import Logger

from clinic_site import environment, settings


def _address(raw: str) -> str:
    address = ipaddress.ip_address(raw)
    return f"[{address}]" if address.version == 6 else str(address)


class PrivateLogger(Logger):
    """Gunicorn's own log without what a client sent: a request line or a header may name a patient."""

    def warning(self, msg, *args, **kwargs):
        """`Invalid request from ip=…: <what was sent>` names the kind of fault instead."""
        if msg.startswith("Invalid request from"):
            fault = sys.exc_info()[0]
            msg, args = "%s: %s", (msg.partition(": ")[0], fault.__name__ if fault else "unknown")
        super().warning(msg, *args, **kwargs)

    def exception(self, msg, *args, **kwargs):
        """`Error handling request GET /path?query` loses its address; the place of the fault stays."""
        super().exception("Error handling request" if args else msg, **kwargs)


# --- Processes -----------------------------------------------------------------------------------
worker_class = "gthread"
workers = environment.integer("WEB_WORKERS", 2, 1, 64)
threads = environment.integer("WEB_THREADS", 4, 1, 64)
preload_app = True  # a wrong setting stops the start with one line, and forked workers share memory
max_requests = 20_000  # a leak in some library ends with its process; seldom, since a new one answers slowly at first
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  heartbeat off the disk
control_socket_disable = True

# --- Connections ---------------------------------------------------------------------------------
bind = "{}:{}".format(
    environment.read("WEB_BIND", "127.0.0.1", _address, "an IP address to listen on, such as 0.0.0.0"),
    settings.PORT,
)
timeout = 30
graceful_timeout = 25  # below the 30 seconds a container gets to stop (compose.yaml)
keepalive = 5  # above the proxy's idle limit (docs/nginx.conf), so it never reuses a closed connection
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# --- Trust: nobody, unless TRUSTED_PROXIES names them ---------------------------------------------
forwarded_allow_ips = ",".join(settings.TRUSTED_PROXIES)
# One header decides; a second one passed through from a client could contradict it.
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}
forwarder_headers = ""  # no proxy sets SCRIPT_NAME or PATH_INFO

# --- Logs: gunicorn's lines leave through Django's handler; no access log, so no query strings -----
accesslog = None
loglevel = settings.LOG_LEVEL.lower()
logger_class = PrivateLogger
logconfig_dict = settings.LOGGING | {
    "loggers": settings.LOGGING["loggers"]
    | {"gunicorn.error": {"handlers": [], "level": settings.LOG_LEVEL, "propagate": True}}
}
