"""The patient's secret link to their own request: what it is made of, and how long it lives."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_encode

from appointments.language import speaking
from appointments.models.request_queryset import hash_of

LINK_LIVES = datetime.timedelta(days=180)


class PatientLink:
    """Mixed into `AppointmentRequest`, which has the fields `link_…`."""

    @property
    def link_token(self) -> str:
        """The secret part of the patient's link: 256 bits derived from SECRET_KEY, never stored."""
        message = f"{self.idempotency_key}:{self.link_version}"
        digest = salted_hmac("appointments.my-request", message, algorithm="sha256").digest()
        return urlsafe_base64_encode(digest)

    @property
    def patient_path(self) -> str:
        """The patient's own page, in their language. Not `get_absolute_url`: the admin leads staff there."""
        with speaking(self.language):
            return reverse("appointments:my_request", args=[self.link_token])

    def claim_reminder(self) -> bool:
        """Note that the desk is reminded of `due_at`; False when it was, or somebody has acted. One winner."""
        return self._claim_telling("reminded_due_at")

    def claim_escalation(self) -> bool:
        """Note that the managers are told of `due_at`; False when they were, or somebody has acted. One winner."""
        return self._claim_telling("escalated_due_at")

    def _claim_telling(self, field: str) -> bool:
        waiting = type(self).objects.needs_action().filter(pk=self.pk, due_at=self.due_at)
        return bool(waiting.exclude(**{field: self.due_at}).update(**{field: self.due_at}))

    def renew_link(self) -> None:
        """Give the patient a new link; the old one ends."""
        self.link_version += 1
        self._write_link(timezone.now())
        self.save(update_fields=["link_version", "link_hash", "link_expires_at"])

    def mend_link(self) -> None:
        """Keep the link that is about to be mailed usable after SECRET_KEY was changed."""
        if self.link_hash != hash_of(self.link_token):
            self.renew_link()

    def _write_link(self, at: datetime.datetime) -> None:
        self.link_hash = hash_of(self.link_token)
        self.link_expires_at = at + LINK_LIVES
