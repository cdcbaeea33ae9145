"""A patient's request for an appointment: an immutable copy of what was typed."""

import datetime
import zoneinfo

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments import name_skeleton, references, search_text, spam
from appointments.models.answers import Answers
from appointments.models.desk_verbs import DeskVerbs
from appointments.models.patient_link import PatientLink
from appointments.models.patient_verbs import PatientVerbs
from appointments.models.request_queryset import AppointmentRequestQuerySet
from appointments.models.sort_orders import DUE_FIRST, NEWEST_FIRST, NullsFirstIndex
from appointments.statuses import CLOSED, NEEDS_ACTION, WAITING_ON_PATIENT, Stage, Status
from services import moments
from services.models import Location


class AppointmentRequest(PatientLink, PatientVerbs, DeskVerbs, Answers):
    """What a patient typed never changes; what staff do with it is status, owner and events."""

    class Origin(models.TextChoices):
        WEB = "web", _("By the form")
        PHONE = "phone", _("By phone")
        WALK_IN = "walk_in", _("At the desk")

    # --- as typed by the patient, with the fields of `Answers` ------------------------------------
    # Without an index of its own: those of the inbox begin with it.
    location = models.ForeignKey(
        Location,
        on_delete=models.PROTECT,
        related_name="appointment_requests",
        verbose_name=_("location"),
        db_index=False,
    )
    language = models.CharField(_("language of the page"), max_length=10, default="en-us")
    # Who wrote it down, when staff did, is in the first event.
    origin = models.CharField(_("how it came"), max_length=8, choices=Origin, default=Origin.WEB)
    # --- given by the site -----------------------------------------------------------------------
    reference = models.CharField(_("reference"), max_length=8, default=references.new_reference)
    # Keyed hash of the form and its answers: the same form sent again is the same request.
    idempotency_key = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    promised_at = models.DateTimeField(_("contact by"), null=True, blank=True)  # printed to the patient; never moves
    link_hash = models.CharField(max_length=64, editable=False)
    link_version = models.PositiveSmallIntegerField(default=1, editable=False)
    link_expires_at = models.DateTimeField(editable=False)
    doubts = models.JSONField(
        _("doubts"), default=list, editable=False, help_text=_("Why it was put aside as suspected spam.")
    )
    # --- changed by the patient -------------------------------------------------------------------
    # What holds instead of the fields of `Answers` above, once the patient has changed something.
    changed = models.ForeignKey(
        "appointments.ChangedAnswers",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        db_index=False,  # `request_changed`
    )
    # The treatment of the answers that hold: here an index gives the list of one treatment in its order.
    treatment_now = models.SlugField(max_length=80, blank=True, editable=False, db_index=False)
    call_wish = models.CharField(_("asked to be called"), max_length=13, blank=True)  # see call_times.py
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    # --- changed by staff ------------------------------------------------------------------------
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NEW)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # By when the desk acts next: the promise while the request is new, then the next attempt. None once closed.
    due_at = models.DateTimeField(_("next step by"), null=True, blank=True)
    # The `due_at` that was told of: a new one is told of anew.
    reminded_due_at = models.DateTimeField(null=True, editable=False)
    escalated_due_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    first_contact_at = models.DateTimeField(_("first contact"), null=True, blank=True)
    # Opening time until then, by the hours of that day: like the promise, later changes to hours do not move it.
    first_contact_minutes = models.PositiveIntegerField(null=True, editable=False)
    visit_at = models.DateTimeField(_("visit"), null=True, blank=True)
    # Where the visit stands in the clinic's own calendar or records.
    visit_reference = models.CharField(_("number of the visit"), max_length=60, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="appointment_requests",
        verbose_name=_("owner"),
        db_index=False,  # `request_owner`
    )

    # --- computed by the database ----------------------------------------------------------------
    # Whose turn it is: equality on one column lets an index give any view in its order.
    stage = models.GeneratedField(
        expression=Case(
            When(status__in=NEEDS_ACTION, then=Value(Stage.DESK)),
            When(status__in=WAITING_ON_PATIENT, then=Value(Stage.PATIENT)),
            default=Value(Stage.CLOSED),
        ),
        output_field=models.SmallIntegerField(choices=Stage),
        db_persist=True,
    )
    # Lives and dies with what it is made from.
    search_text = models.GeneratedField(
        expression=search_text.expression(search_text.REFERENCE), output_field=models.TextField(), db_persist=True
    )
    name_skeleton = models.GeneratedField(
        expression=name_skeleton.expression(), output_field=models.CharField(max_length=40), db_persist=True
    )
    # --- how long it is kept (retention.py) --------------------------------------------------------
    texts_erased_at = models.DateTimeField(_("free text erased"), null=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)
    held_at = models.DateTimeField(_("on legal hold since"), null=True, editable=False)
    hold_reason = models.CharField(_("reason of the hold"), max_length=200, blank=True, editable=False)

    objects = AppointmentRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment request")
        verbose_name_plural = _("appointment requests")
        ordering = ["-created_at"]
        permissions = [
            ("see_every_location", _("Can see the requests of every location")),
            ("hear_of_overdue", _("Is mailed when a request is overdue")),
            ("export_appointmentrequest", _("Can export requests")),
            ("hold_appointmentrequest", _("Can keep a request from being erased")),
        ]
        constraints = [
            # Not `unique=True`, which gives PostgreSQL a second index each, for searches that nobody makes.
            models.UniqueConstraint(fields=["reference"], name="request_reference_once"),
            models.UniqueConstraint(fields=["idempotency_key"], name="request_stored_once"),
            models.UniqueConstraint(fields=["link_hash"], name="request_link_once"),
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email="") | Q(erased_at__isnull=False), name="request_can_be_answered"
            ),
            models.CheckConstraint(condition=~Q(full_name="") | Q(erased_at__isnull=False), name="request_has_a_name"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(closed_at__isnull=False, held_at__isnull=True, full_name="", phone="", email="", note=""),
                name="request_erased_is_closed_and_empty",
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True, hold_reason="") | Q(held_at__isnull=False) & ~Q(hold_reason=""),
                name="request_hold_has_a_reason",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="request_status_exists"),
            models.CheckConstraint(condition=Q(origin__in=["web", "phone", "walk_in"]), name="request_origin_exists"),
            models.CheckConstraint(
                condition=Q(status__in=CLOSED, closed_at__isnull=False)
                | ~Q(status__in=CLOSED) & Q(closed_at__isnull=True),
                name="request_closed_at_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | ~Q(status__in=CLOSED), name="request_closed_has_no_next_step"
            ),
            models.CheckConstraint(
                condition=Q(visit_at__isnull=True) | Q(status="booked"), name="request_visit_only_when_booked"
            ),
            models.CheckConstraint(
                condition=Q(visit_reference="") | Q(visit_at__isnull=False), name="request_visit_number_has_a_visit"
            ),
        ]
        indexes = [
            # What stands behind the order is read from the index too, to pass over rows of other places or statuses.
            # views of the desk's and of the patient's turn, what is due first on top
            NullsFirstIndex("stage", *DUE_FIRST, name="request_turn"),
            # … at one location
            NullsFirstIndex("location", "stage", *DUE_FIRST, name="request_turn_here"),
            # … for one treatment
            NullsFirstIndex("treatment_now", "stage", *DUE_FIRST, "location", "status", name="request_turn_treatment"),
            # … in one status
            NullsFirstIndex("status", *DUE_FIRST, name="request_turn_status"),
            # … received in a span of days
            models.Index("stage", *NEWEST_FIRST, name="request_turn_age"),
            # view of what a clerk owns and has not closed
            NullsFirstIndex("owner", *DUE_FIRST, "location", condition=Q(closed_at__isnull=True), name="request_mine"),
            # view of all
            models.Index(*NEWEST_FIRST, name="request_received"),
            # … at one location
            models.Index("location", *NEWEST_FIRST, name="request_received_here"),
            # … for one treatment
            models.Index("treatment_now", *NEWEST_FIRST, "location", "status", name="request_received_treatment"),
            # view of suspected spam, and all in one status
            models.Index("status", *NEWEST_FIRST, name="request_status"),
            # … at one location, and for one treatment there
            models.Index("location", "status", *NEWEST_FIRST, "treatment_now", name="request_status_here"),
            # the numbers of some weeks, from the index alone (numbers.py)
            models.Index(
                "created_at",
                "location",
                "status",
                "promised_at",
                "first_contact_at",
                "first_contact_minutes",
                name="request_numbers",
            ),
            # hints of duplicates, newest first; lookup by phone or email
            models.Index(fields=["phone", "-created_at"], name="request_phone"),
            models.Index(Lower("email"), F("created_at").desc(), name="request_email"),
            models.Index(fields=["name_skeleton", "-created_at"], name="request_name"),
            # whose account goes, which changed answers go: a new request is in neither
            models.Index(fields=["owner"], name="request_owner", condition=Q(owner__isnull=False)),
            models.Index(fields=["changed"], name="request_changed", condition=Q(changed__isnull=False)),
            # what has been kept long enough
            models.Index(
                fields=["closed_at"],
                name="request_to_erase",
                condition=Q(closed_at__isnull=False, erased_at__isnull=True),
            ),
        ]

    def __str__(self):
        return self.display_reference

    def save(self, *args, **kwargs):
        """Give a new request the hash of its patient's link, and the treatment that holds until it is changed."""
        if not self.link_hash:
            self._write_link(self.created_at)
            self.treatment_now = self.treatment
        super().save(*args, **kwargs)

    @property
    def display_reference(self) -> str:
        return references.display(self.reference)

    def local(self, at: datetime.datetime) -> str:
        """A moment as page, mail and inbox print it, in the location's time."""
        zone = zoneinfo.ZoneInfo(self.location.time_zone)
        return moments.moment(at, zone, today=self.created_at.astimezone(zone).date())

    @property
    def received_text(self) -> str:
        """When it was received, in the location's time."""
        return self.local(self.created_at)

    @property
    def promise_text(self) -> str:
        """The promise as page, mail and inbox print it; empty when it could not be computed."""
        return self.local(self.promised_at) if self.promised_at else ""

    @property
    def told_text(self) -> str:
        """By when the patient's page says that we act first; empty without opening hours."""
        return self.local(self.told_at) if self.told_at else ""

    @property
    def due_text(self) -> str:
        """By when the desk acts next, in the location's time; empty once closed, or without opening hours."""
        return self.local(self.due_at) if self.due_at else ""

    @property
    def visit_text(self) -> str:
        """When the visit is, in the location's time; empty until one is booked."""
        return self.local(self.visit_at) if self.visit_at else ""

    @property
    def doubts_in_words(self) -> list[str]:
        """Why it was put aside as suspected spam."""
        return spam.in_words(self.doubts)

    @property
    def is_overdue(self) -> bool:
        return bool(self.due_at) and self.status in NEEDS_ACTION and self.due_at < timezone.now()
