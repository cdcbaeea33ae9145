"""Who sends a request, as limits count it: by connection and by contact, each as a keyed hash."""

import datetime
from dataclasses import dataclass

from django.conf import settings

from appointments.limits import Limit
from appointments.models import Trace
from appointments.spam import Doubt

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
# A waiting room, a hospital or a phone network shares one address: doubt comes early, waiting late.
WAITS_FROM = 10


class TooManyRequestsError(Exception):
    """More requests from one connection than any waiting room sends; `wait` until the next is taken."""

    def __init__(self, wait: datetime.timedelta):
        super().__init__()
        self.wait = wait


@dataclass(frozen=True)
class Sender:
    """The visitor's connection, and how they want to be reached."""

    connection: str
    phone: str
    email: str

    @property
    def _counts(self) -> list[tuple[Limit, str, Doubt]]:
        connection = Limit("request.connection", settings.REQUESTS_PER_CONNECTION, HOUR)
        contact = Limit("request.contact", settings.REQUESTS_PER_CONTACT, DAY)
        counts = [
            (connection, self.connection, Doubt.CONNECTION),
            (contact, self.phone, Doubt.CONTACT),
            (contact, self.email.lower(), Doubt.CONTACT),
        ]
        return [count for count in counts if count[1]]

    def doubts(self) -> list[Doubt]:
        """Which limits one more request breaks. `TooManyRequestsError` when it has to wait."""
        done = Trace.objects.numbers([(limit, who) for limit, who, _doubt in self._counts])
        over = [
            doubt for (limit, _who, doubt), number in zip(self._counts, done, strict=True) if number >= limit.count
        ]
        if Doubt.CONNECTION in over:
            self._wait()
        return list(dict.fromkeys(over))

    def _wait(self) -> None:
        most = Limit("request.connection", settings.REQUESTS_PER_CONNECTION * WAITS_FROM, HOUR)
        if wait := Trace.objects.wait(most, self.connection):
            raise TooManyRequestsError(wait)

    def leave_traces(self) -> None:
        """Count one more request, in the caller's transaction."""
        Trace.objects.leave(*[(limit, who) for limit, who, _doubt in self._counts])
