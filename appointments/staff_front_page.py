"""What the first page of the staff area shows of the desk: figures, what is due first, charts with their tables."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments import numbers
from appointments.capped import Count
from appointments.charts import Chart, chart
from appointments.inbox_views import View
from appointments.models import AppointmentRequest
from services import facts

WIDTH = 300
INBOX, MESSAGES = "admin:appointments_appointmentrequest_changelist", "admin:appointments_message_changelist"


def duration(minutes: int) -> str:
    """Such as "2 h 5 min"."""
    whole, rest = divmod(minutes, 60)
    return _("{hours} h {minutes} min").format(hours=whole, minutes=rest) if whole else _("{n} min").format(n=rest)


def _figures(found: dict[str, Count]) -> list[dict]:
    """The four figures, as far as they were found, each with the list behind it."""
    inbox = reverse(INBOX)
    labels = {
        View.NEEDS: (_("need action"), inbox, False),
        "overdue": (_("overdue"), inbox, True),
        "unsent": (_("mails not sent"), reverse(MESSAGES), True),
        "review_due": (_("pages due for review"), reverse("reports:report", args=["review-overdue"]), True),
    }
    return [
        {"count": found[name], "label": label, "url": url, "is_bad": is_bad and found[name] > 0}
        for name, (label, url, is_bad) in labels.items()
        if name in found
    ]


def _views(found: dict[str, Count]) -> list[dict]:
    """The views of the inbox, each with how many requests it holds."""
    inbox = reverse(INBOX)
    return [
        {"label": view.label, "count": found[view], "url": f"{inbox}?view={view.value}"}
        for view in View
        if view in found
    ]


def _week_row(week: numbers.Week) -> dict:
    share, median = week.share, week.median
    return {
        "monday": week.monday,
        "requests": week.requests,
        "share": "–" if share is None else f"{share} %",
        "median": "–" if median is None else duration(median),
    }


def _location(number: int, name: str, weeks: list[numbers.Week]) -> dict:
    shares: Chart = chart([week.share for week in weeks], WIDTH, top=100)
    medians: Chart = chart([week.median for week in weeks], WIDTH)
    return {
        "name": name,
        "share_id": f"share-{number}",
        "median_id": f"median-{number}",
        "shares": shares,
        "medians": medians,
        "longest": duration(medians.top),
        "rows": [_week_row(week) for week in weeks],
    }


def _charts(user, today: datetime.date) -> dict:
    visible = AppointmentRequest.objects.visible_to(user)
    days = numbers.by_day(visible, today)
    weeks = numbers.by_week(visible, today)
    places = [(place.name, weeks[place.pk]) for place in facts.current().locations if place.pk in weeks]
    return {
        "days": days,
        "per_day": chart([count for _day, count in days], WIDTH),
        "total": sum(count for _day, count in days),
        "places": [_location(number, *place) for number, place in enumerate(places)],
    }


def context(user) -> dict:
    """For the template; what `user` may not see is not asked for."""
    counted = numbers.figures(user)
    found = {"figures": _figures(counted), "views": _views(counted)}
    if user.has_perm("appointments.view_appointmentrequest"):
        found |= {"oldest": numbers.oldest(user), "charts": _charts(user, timezone.localdate())}
    return found
