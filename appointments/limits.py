"""How often something may be done before one has to wait: plain arithmetic, no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class Limit:
    """`what` may be done `count` times `within` a span that slides along with the clock.

    Two limits of the same `what` count the same traces.
    """

    what: str
    count: int
    within: timedelta

    def key(self, who: str) -> str:
        """What is kept of an address or a contact: a keyed hash that nobody can turn back without SECRET_KEY."""
        return salted_hmac("appointments.limits", f"{self.what}:{who}", algorithm="sha256").hexdigest()

    def wait(self, times: Iterable[datetime], now: datetime) -> timedelta:
        """How long until one more is allowed, after those `times`; zero when it is allowed now."""
        counted = sorted(at for at in times if at > now - self.within)
        if len(counted) < self.count:
            return timedelta()
        return counted[-self.count] + self.within - now
