"""That somebody did something limited: a keyed hash and a moment, kept for a day."""

import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.limits import Limit

KEPT = datetime.timedelta(days=1)
# Old traces go whenever a row gets a number that this divides: no process of its own has to do it.
TIDIED_EVERY = 50


class TraceQuerySet(models.QuerySet):
    def times(self, limit: Limit, who: str, now: datetime.datetime) -> list[datetime.datetime]:
        """When `who` last did what is limited, as many times as matter."""
        recent = self.filter(key=limit.key(who), at__gt=now - limit.within)
        return list(recent.order_by("-at").values_list("at", flat=True)[: limit.count])

    def wait(self, limit: Limit, who: str) -> datetime.timedelta:
        """How long `who` has to wait; zero when one more is allowed.

        Counting rows is no lock: of several at the same moment some may slip through.
        """
        now = timezone.now()
        return limit.wait(self.times(limit, who, now), now)

    def numbers(self, counted: list[tuple[Limit, str]]) -> list[int]:
        """How often each (limit, who) happened within its span, with one query."""
        now, keys = timezone.now(), [limit.key(who) for limit, who in counted]
        since = now - max((limit.within for limit, _who in counted), default=KEPT)
        found = list(self.filter(key__in=keys, at__gt=since).order_by().values_list("key", "at"))
        return [
            sum(each == key and at > now - limit.within for each, at in found)
            for key, (limit, _who) in zip(keys, counted, strict=True)
        ]

    def leave(self, *counted: tuple[Limit, str]) -> None:
        """Count each (limit, who) once more."""
        traces = self.bulk_create([self.model(key=limit.key(who)) for limit, who in counted])
        if any(trace.pk % TIDIED_EVERY == 0 for trace in traces):
            # Not in the caller's transaction: two that drop the same rows would wait for each other.
            transaction.on_commit(self.forget, robust=True)

    def old(self):
        """Older than `KEPT`."""
        return self.filter(at__lte=timezone.now() - KEPT)

    def forget(self) -> int:
        """Drop what is older than `KEPT`; how many rows."""
        return self.old().delete()[0]


class Trace(models.Model):
    """Neither address nor contact is in it, and nothing leads from it to a request."""

    key = models.CharField(max_length=64, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    objects = TraceQuerySet.as_manager()

    class Meta:
        verbose_name = _("trace")
        verbose_name_plural = _("traces")
        ordering = ["-at"]
        indexes = [
            # how often somebody did it lately
            models.Index(fields=["key", "at"], name="trace_recent"),
            # what is old enough to go
            models.Index(fields=["at"], name="trace_old"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"
