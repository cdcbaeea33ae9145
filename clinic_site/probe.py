"""Asks the web process of this container whether it is ready: `python -m clinic_site.probe`.

Only the standard library and no settings, because the image runs it every half minute.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

TIMEOUT = 4  # seconds; below the time-out of HEALTHCHECK in the Dockerfile


def reason_not_ready(port: str, host: str) -> str:
    """One line saying why `/readyz` on this machine does not answer 200; empty when it does."""
    connection = http.client.HTTPConnection("127.0.0.1", timeout=TIMEOUT)
    try:
        connection.port = int(port)
        connection.request("GET", "/readyz", headers={"Host": host})
        response = connection.getresponse()
        if response.status == http.client.OK:
            return ""
        body = response.read(200).decode(errors="replace")
        return f"/readyz answered {response.status}: {' '.join(body.split())}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return f"/readyz on port {port} did not answer: {error or type(error).__name__}"
    finally:
        connection.close()


def main() -> None:
    """Exit 0 when ready; otherwise exit 1 with the reason."""
    port = os.environ.get("PORT", "").strip() or "8000"
    host = urlsplit(os.environ.get("SITE_URL", "").strip()).netloc or "127.0.0.1"
    if reason := reason_not_ready(port, host):
        raise SystemExit(reason)
    sys.stdout.write("ready\n")


if __name__ == "__main__":
    main()
