"""What a patient changed later: a whole copy of the answers, beside those that were sent first."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments import search_text
from appointments.models.answers import Answers
from appointments.models.event import ImmutableEventError


class ChangedAnswers(Answers):
    """All answers as they stand after one change; appended, never changed. The newest one holds."""

    appointment_request = models.ForeignKey(
        "appointments.AppointmentRequest", on_delete=models.CASCADE, related_name="changes"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    search_text = models.GeneratedField(
        expression=search_text.expression(), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        verbose_name = _("changed answers")
        verbose_name_plural = _("changed answers")
        ordering = ["at", "pk"]
        indexes = [
            # the inbox finds a request by the number that holds now
            models.Index(fields=["phone"], name="changed_answers_phone"),
            models.Index(fields=["email"], name="changed_answers_email"),
        ]

    def __str__(self):
        return f"{self.appointment_request} {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs):
        """Insert only."""
        if self.pk:
            raise ImmutableEventError(str(self))
        super().save(*args, **kwargs)

    @property
    def location(self):
        """A change never moves a request to another location."""
        return self.appointment_request.location
