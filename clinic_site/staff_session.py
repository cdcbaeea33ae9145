"""How long a member of staff stays signed in: 15 idle minutes, 12 hours at most (45 CFR 164.312(a)(2)(iii))."""

import datetime

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

IDLE = datetime.timedelta(minutes=15)
WARNED_BEFORE = datetime.timedelta(minutes=2)
LONGEST = datetime.timedelta(hours=12)
# Moments in the session, in whole seconds since 1970. Written no more often than this: each is a database write.
SIGNED_IN, SEEN = "signed_in_at", "seen_at"
NOTED_EVERY = datetime.timedelta(seconds=30)


def _moment(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def time_left(session: SessionBase, now: datetime.datetime) -> datetime.timedelta:
    """Until the session ends if nothing more is done; zero or less when it is over. `now` is aware."""
    if SEEN not in session:
        return IDLE
    idle = _moment(session[SEEN]) + IDLE
    longest = _moment(session[SIGNED_IN]) + LONGEST
    return min(idle, longest) - now


def note_activity(session: SessionBase, now: datetime.datetime) -> None:
    """Somebody is there: the idle minutes begin anew."""
    session.setdefault(SIGNED_IN, int(now.timestamp()))
    if SEEN not in session or now - _moment(session[SEEN]) >= NOTED_EVERY:
        session[SEEN] = int(now.timestamp())


@require_http_methods(["GET", "HEAD", "POST"])
def seconds_left(request: HttpRequest) -> JsonResponse:
    """{"seconds": …} for the warning on staff pages. Asking changes nothing; posting says that somebody is there."""
    left = time_left(request.session, timezone.now()) if request.user.is_authenticated else datetime.timedelta()
    return JsonResponse({"seconds": max(0, int(left.total_seconds()))})
