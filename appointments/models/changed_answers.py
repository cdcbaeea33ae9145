"""What a patient changed later: a whole copy of the answers, beside those that were sent first."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments import search_text
from appointments.models.answers import Answers
from appointments.models.event import ImmutableEventError

REACHED_AT_MOST = 20


class ChangedAnswersQuerySet(models.QuerySet):
    def reached_by(self, phone: str, email: str) -> list[int]:
        """Numbers of the requests that were changed to that phone (E.164) or email; empty values match nothing."""
        condition = Q(pk__in=[])
        if phone:
            condition |= Q(phone=phone)
        if email:
            condition |= Q(small_email=email.lower())
        rows = self.alias(small_email=Lower("email")).filter(condition)
        return list(rows.order_by("-pk").values_list("appointment_request", flat=True)[:REACHED_AT_MOST])


class ChangedAnswers(Answers):
    """All answers as they stand after one change; appended, never changed. The newest one holds."""

    appointment_request = models.ForeignKey(
        "appointments.AppointmentRequest", on_delete=models.CASCADE, related_name="changes"
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    search_text = models.GeneratedField(
        expression=search_text.expression(), output_field=models.TextField(), db_persist=True
    )

    objects = ChangedAnswersQuerySet.as_manager()

    class Meta:
        verbose_name = _("changed answers")
        verbose_name_plural = _("changed answers")
        ordering = ["at", "pk"]
        indexes = [
            # hints of duplicates, by the number and the address that hold now
            models.Index(fields=["phone"], name="changed_answers_phone"),
            models.Index(Lower("email"), name="changed_answers_email"),
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
