"""The outbox: mail as rendered text, written with the request and sent later by a worker."""

import datetime
import uuid
from email.utils import make_msgid

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.event import Event
from appointments.models.request import AppointmentRequest
from appointments.models.scope import places_of
from appointments.statuses import CLOSED
from services import facts, moments

# Far above EMAIL_TIMEOUT, which holds for each read: a server that trickles its answers takes a while.
LEASE = datetime.timedelta(minutes=5)
# About three days of attempts: a server that is down over a weekend costs no mail (RFC 5321, 4.5.4.1).
MAX_ATTEMPTS = 440
MAY_WAIT = datetime.timedelta(minutes=15)
FORGET_HOST_AFTER = datetime.timedelta(days=1)
FIRST_DELAY, LONGEST_DELAY = datetime.timedelta(seconds=2), datetime.timedelta(minutes=10)


def new_message_id() -> str:
    """A Message-ID (RFC 5322) kept over all attempts, so a repeated delivery is recognised."""
    return make_msgid(domain=settings.MAIL_DOMAIN)


class MessageQuerySet(models.QuerySet):
    def unsent(self):
        """Waiting, or being sent."""
        return self.filter(status__in=UNSENT, sent_at__isnull=True)

    def not_sent(self):
        """Waiting, or given up on."""
        return self.unsent() | self.failed()

    def failed(self):
        """Given up on; staff must act."""
        return self.filter(status=Message.Status.FAILED, sent_at__isnull=True)

    def hold(self) -> int:
        """Keep what waits from leaving; how many."""
        return self.filter(status=Message.Status.QUEUED).update(status=Message.Status.HELD)

    def release(self) -> int:
        """Let what was held leave, from now on; how many."""
        now = timezone.now()
        held = self.filter(status=Message.Status.HELD)
        return held.update(status=Message.Status.QUEUED, due_at=now, queued_at=now)

    def at_location(self, location):
        """About requests for that location."""
        return self.filter(appointment_request__location=location)

    def numbered(self, pk: str) -> "Message | None":
        """The message with that number."""
        return self.filter(pk=pk).first()

    def of_open_requests(self):
        """Of requests that are still worked on: once one is closed, its mail no longer matters."""
        return self.exclude(appointment_request__status__in=CLOSED)

    def visible_to(self, user):
        """Of the requests that `user` sees; mails about no request are for those who see every location."""
        if user.has_perm("appointments.see_every_location"):
            return self
        return self.filter(appointment_request__location__in=places_of(user))

    def may_be_sent_again(self):
        """All but invitations: they are renewed on the account's page, and an old link stays dead."""
        return self.filter(account=None)

    def old_ones_about_no_request(self, before: datetime.datetime):
        """Written before then. Those about a request go with it."""
        return self.filter(appointment_request=None, created_at__lt=before)

    def inviting(self, account):
        """Invitations to that account, newest first."""
        return self.filter(account=account).order_by("-pk")

    def due(self, at: datetime.datetime):
        """Ready to be claimed: waiting and due, or claimed by a worker whose lease has run out."""
        return self.unsent().filter(due_at__lte=at)

    def late(self):
        """Have waited for longer than `MAY_WAIT`: no worker runs, or no server takes mail."""
        return self.unsent().filter(queued_at__lt=timezone.now() - MAY_WAIT)

    def is_late(self) -> bool:
        """Whether any message has."""
        return self.late().exists()

    def oldest_unsent(self) -> datetime.datetime | None:
        """Since when the message that has waited longest waits."""
        return self.unsent().order_by("queued_at").values_list("queued_at", flat=True).first()


class Message(models.Model):
    """One mail to one address; one bad address never holds up another."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        HELD = "held", _("Held back: suspected spam")

    class Kind(models.TextChoices):
        STAFF_NOTICE = "staff_notice", _("Notice to the desk")
        RECEIPT = "receipt", _("Receipt to the patient")
        DUE = "due", _("Reminder: contact is due")
        OVERDUE = "overdue", _("Notice: overdue")
        DIGEST = "digest", _("Daily digest")
        REVIEW_REMINDER = "review_reminder", _("Review of a page is due")
        INVITATION = "invitation", _("Invitation to an account")

    appointment_request = models.ForeignKey(
        AppointmentRequest,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("request"),
        db_index=False,  # `message_once_per_address` begins with it
    )
    # Whom an invitation lets in.
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name=_("account"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    # What tells two mails of a kind apart: the due time of a reminder, place and day of a digest.
    occasion = models.CharField(max_length=40, blank=True, editable=False)
    to = models.EmailField(_("to"))
    reply_to = models.EmailField(_("answers go to"), blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # While SENDING: when the lease ends.
    due_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    lease = models.UUIDField(null=True, editable=False)
    message_id = models.CharField(max_length=200, default=new_message_id, editable=False)
    # Code and type of the last failure only: a server's own words may quote the mail.
    last_error = models.CharField(_("last failure"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    queued_at = models.DateTimeField(_("queued"), default=timezone.now, help_text=_("Again, when it is sent again."))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["appointment_request", "kind", "to", "occasion"], name="message_once_per_address"
            ),
            models.UniqueConstraint(
                fields=["kind", "to", "occasion"], name="message_digest_once", condition=Q(kind="digest")
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["review_reminder", "digest", "invitation"], appointment_request__isnull=True)
                | ~Q(kind__in=["review_reminder", "digest", "invitation"]) & Q(appointment_request__isnull=False),
                name="message_is_about_a_request_or_the_site",
            ),
            models.CheckConstraint(
                condition=Q(kind="invitation", account__isnull=False)
                | ~Q(kind="invitation") & Q(account__isnull=True),
                name="message_invites_an_account",
            ),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False) | ~Q(status="sent") & Q(sent_at__isnull=True),
                name="message_sent_at_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(status="sending", lease__isnull=False) | ~Q(status="sending") & Q(lease__isnull=True),
                name="message_lease_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "sending", "sent", "failed", "held"]), name="message_status_exists"
            ),
        ]
        # Of the few that have not left. By `sent_at`, not by status: SQLite cannot tell whether a bound parameter lies
        # within the condition of an index, but sees that IS NULL does.
        indexes = [
            # the worker's claim
            models.Index(fields=["status", "due_at"], name="message_due", condition=Q(sent_at__isnull=True)),
            # late and failed mail: the warnings on every staff page, /readyz
            models.Index(fields=["status", "queued_at"], name="message_waiting", condition=Q(sent_at__isnull=True)),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.get_status_display()}"

    @classmethod
    def claim(cls, at: datetime.datetime | None = None) -> "Message | None":
        """Take the message due longest, for `LEASE`; None when there is none.

        A conditional update: one winner on either database, and no lock is held while talking SMTP.
        """
        at = at or timezone.now()
        lease = uuid.uuid4()
        for pk in cls.objects.due(at).order_by("due_at", "pk").values_list("pk", flat=True)[:20]:
            won = (
                cls.objects.due(at)
                .filter(pk=pk)
                .update(status=cls.Status.SENDING, lease=lease, due_at=at + LEASE, attempts=F("attempts") + 1)
            )
            if won:
                return cls.objects.select_related("appointment_request", "account").get(pk=pk)
        return None

    def _settle(self, **changes) -> bool:
        """Write the outcome, unless another worker has taken over since."""
        return bool(Message.objects.filter(pk=self.pk, lease=self.lease).update(lease=None, **changes))

    def mark_sent(self) -> bool:
        """The server has accepted it; False when the lease was lost meanwhile."""
        return self._settle(status=self.Status.SENT, sent_at=timezone.now(), last_error="")

    def mark_refused(self, error: str, is_final: bool) -> bool:
        """Try again later, twice as late each time, or give up at a final answer or `MAX_ATTEMPTS`."""
        dead = is_final or self.attempts >= MAX_ATTEMPTS
        delay = min(FIRST_DELAY * 2 ** min(self.attempts - 1, 10), LONGEST_DELAY)
        status = self.Status.FAILED if dead else self.Status.QUEUED
        return self._settle(status=status, last_error=error, due_at=timezone.now() + delay)

    def local(self, at: datetime.datetime) -> str:
        """A moment in the time of the request's location, else of the clinic."""
        asked = self.appointment_request
        return asked.local(at) if asked else moments.moment(at, facts.current().zone)

    @property
    def is_unsent(self) -> bool:
        return self.status in UNSENT

    @property
    def can_be_sent_again(self) -> bool:
        return self.status in SETTLED

    def send_again(self, by=None) -> bool:
        """Queue a failed or sent message anew and log it with its request; False while it is still on its way."""
        settled = Message.objects.filter(pk=self.pk, status__in=SETTLED)
        now = timezone.now()
        fresh = {"attempts": 0, "due_at": now, "queued_at": now, "sent_at": None, "last_error": ""}
        with transaction.atomic():
            queued = bool(settled.update(status=self.Status.QUEUED, **fresh))
            if queued and self.appointment_request:
                self.appointment_request.log(Event.Kind.RESENT, by, text=self.get_kind_display())
        return queued


UNSENT = (Message.Status.QUEUED, Message.Status.SENDING)
SETTLED = (Message.Status.SENT, Message.Status.FAILED)


class WorkerHeartbeat(models.Model):
    """When the workers of a host last looked at the outbox: silence means trouble."""

    host = models.CharField(_("host"), max_length=100, unique=True)
    seen_at = models.DateTimeField(_("seen"))

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering = ["-seen_at"]

    def __str__(self):
        return self.host

    @classmethod
    def beat(cls, host: str) -> None:
        """Write that a worker on `host` is alive, and forget hosts that are long gone."""
        now = timezone.now()
        cls.objects.update_or_create(host=host, defaults={"seen_at": now})
        cls.objects.filter(seen_at__lt=now - FORGET_HOST_AFTER).delete()

    @classmethod
    def is_alive(cls, host: str, within: datetime.timedelta) -> bool:
        """Whether a worker on `host` was seen in that span."""
        return cls.objects.filter(host=host, seen_at__gte=timezone.now() - within).exists()
