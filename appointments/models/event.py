"""What happened to a request, appended and never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.attempts import Outcome
from appointments.statuses import Status


class ImmutableEventError(Exception):
    """An event was about to be changed."""


class Event(models.Model):
    """One thing that happened to a request; appended, never changed."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        STATUS = "status", _("Status changed")
        ATTEMPT = "attempt", _("Contact attempt")
        CLAIMED = "claimed", _("Claimed")
        RELEASED = "released", _("Given back")
        NOTE = "note", _("Note")
        RESENT = "resent", _("Message queued again")
        HELD = "held", _("Put on legal hold")
        LIFTED = "lifted", _("Legal hold lifted")
        ERASED = "erased", _("Personal details erased")
        PATIENT = "patient", _("By the patient")

    appointment_request = models.ForeignKey(
        "appointments.AppointmentRequest",
        on_delete=models.CASCADE,
        related_name="events",
        db_index=False,  # `event_timeline` begins with it
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name=_("who")
    )
    # Survives the deletion of the account.
    actor_name = models.CharField(_("who"), max_length=150, blank=True)
    from_status = models.CharField(_("from"), max_length=12, choices=Status, blank=True)
    to_status = models.CharField(_("to"), max_length=12, choices=Status, blank=True)
    # Of attempts to reach the patient; one that moves the request on names both statuses as well.
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    planned_at = models.DateTimeField(_("agreed for"), null=True, blank=True, help_text=_("Next attempt, or visit."))
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]
        indexes = [
            # the timeline of one request
            models.Index(fields=["appointment_request", "at"], name="event_timeline")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="status") & ~Q(to_status="")
                | Q(kind="attempt")
                | ~Q(kind__in=["status", "attempt"]) & Q(to_status=""),
                name="event_status_only_on_moves",
            ),
            models.CheckConstraint(
                condition=Q(kind="attempt", outcome__in=Outcome.values) | ~Q(kind="attempt") & Q(outcome=""),
                name="event_outcome_only_on_attempts",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(
                        "received status attempt claimed released note resent patient held lifted erased".split()
                    )
                ),
                name="event_kind_exists",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        """Insert only."""
        if self.pk:
            raise ImmutableEventError(str(self))
        super().save(*args, **kwargs)
