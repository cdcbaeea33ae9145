"""Who saw and did what with whose request: appended, sealed, kept (45 CFR 164.312(b))."""

import datetime
from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import Exists, Max, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appointments.models.scope import LocationAccess

OPENINGS_READ = 20


class AuditEntryQuerySet(models.QuerySet):
    def about(self, request_pk: int):
        """What was seen or done of one request."""
        return self.filter(Exists(AuditedRequest.objects.filter(entry=OuterRef("pk"), request_pk=request_pk)))

    def exports_of(self, user):
        """The pieces of files that this account took, latest first."""
        return self.filter(kind=AuditEntry.Kind.EXPORT, actor_name=user.get_username(), actor_id=user.pk)

    def by_person(self, username: str):
        """What one account did, also after it was deleted."""
        return self.filter(actor_name=username)

    def about_reference(self, reference: str):
        """What was seen or done of the request with that reference, as stored."""
        return self.filter(Exists(AuditedRequest.objects.filter(entry=OuterRef("pk"), reference=reference)))

    def last_sign_in(self, user) -> "AuditEntry | None":
        """When and from where this account was last signed in to."""
        return self.filter(kind=AuditEntry.Kind.SIGN_IN, actor_name=user.get_username(), actor_id=user.pk).first()

    def opened_lately(self, request_pk: int, since: datetime.datetime, but_not_by) -> list["AuditEntry"]:
        """The last time each other account opened this request after `since`, latest first."""
        recent = AuditedRequest.objects.filter(
            request_pk=request_pk, at__gte=since, entry__kind=AuditEntry.Kind.VIEW
        ).exclude(entry__actor_id=but_not_by.pk)
        found = {}
        for about in recent.select_related("entry").order_by("-entry_id")[:OPENINGS_READ]:
            found.setdefault(about.entry.actor_id, about.entry)
        return list(found.values())

    def visible_to(self, user):
        """All of it, or what concerns requests of the locations that `user` works for."""
        if user.has_perm("appointments.see_every_location"):
            return self
        places = LocationAccess.objects.filter(user=user).values("location")
        return self.filter(Exists(AuditedRequest.objects.filter(entry=OuterRef("pk"), location_id__in=places)))

    def between(self, first: datetime.datetime | None, last: datetime.datetime | None):
        """From `first` on and before `last`, aware; None leaves that end open."""
        wanted = Q()
        if first:
            wanted &= Q(at__gte=first)
        if last:
            wanted &= Q(at__lt=last)
        return self.filter(wanted)

    def unsealed(self, settled_before: datetime.datetime):
        """Entries after the last seal that nothing can slip in before any more, oldest first."""
        sealed = AuditSeal.objects.aggregate(last=Max("last_entry"))["last"] or 0
        return self.filter(pk__gt=sealed, at__lt=settled_before).order_by("pk").prefetch_related("about")

    def sealed_by(self, seal: "AuditSeal"):
        """The entries of one seal, oldest first, with what they are about."""
        found = self.filter(pk__gte=seal.first_entry, pk__lte=seal.last_entry)
        return found.order_by("pk").prefetch_related("about")

    def outside_seals(self):
        """Sealed numbers are whole: entries below the last seal that no seal holds."""
        sealed = AuditSeal.objects.filter(first_entry__lte=OuterRef("pk"), last_entry__gte=OuterRef("pk"))
        bounds = AuditSeal.objects.aggregate(first=Min("first_entry"), last=Max("last_entry"))
        between = self.filter(pk__gt=bounds["first"] or 0, pk__lt=bounds["last"] or 0)
        return between.exclude(Exists(sealed))

    def expired(self, before: datetime.datetime):
        """Entries older than `before`."""
        return self.filter(at__lt=before)


class AuditEntry(models.Model):
    """One act of one person. No foreign keys: it outlives accounts and requests."""

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", _("Signed in")
        REFUSED = "refused", _("Sign-in refused")
        SIGN_OUT = "sign_out", _("Signed out")
        LIST = "list", _("Saw a list")
        SEARCH = "search", _("Searched")
        VIEW = "view", _("Opened")
        EXPORT = "export", _("Exported")
        CHANGE = "change", _("Changed")
        AUDIT = "audit", _("Read this record")
        DENIED = "denied", _("Was refused")

    at = models.DateTimeField(_("when"), default=timezone.now)
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    actor_id = models.BigIntegerField(_("account"), null=True)
    actor_name = models.CharField(_("who"), max_length=150, blank=True)
    address = models.GenericIPAddressField(_("from"), null=True)
    # Words of ours, such as the view or the status: never what was searched for or typed.
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the access record")
        verbose_name_plural = _("access record")
        ordering = ["-pk"]
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in="sign_in refused sign_out list search view export change audit denied".split()),
                name="audit_kind_exists",
            )
        ]
        indexes = [
            # what one person did, newest first
            models.Index(fields=["actor_name", "-id"], name="audit_person"),
            # a span of days
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.kind}"

    @classmethod
    def record(cls, kind: str, by=None, requests: Iterable = (), detail: str = "", address: str | None = None):
        """Append an entry about these requests, in the caller's transaction or one of its own.

        Without a savepoint: what cannot be kept must not be done either.
        """
        with transaction.atomic(savepoint=False):
            entry = cls.objects.create(
                kind=kind,
                actor_id=by.pk if by else None,
                actor_name=by.get_username() if by else "",
                detail=detail,
                address=address or None,
            )
            AuditedRequest.objects.bulk_create(
                AuditedRequest(
                    entry=entry,
                    at=entry.at,
                    request_pk=asked.pk,
                    reference=asked.reference,
                    location_id=asked.location_id,
                )
                for asked in requests
            )
        return entry


class AuditedRequestQuerySet(models.QuerySet):
    def of(self, entries: AuditEntryQuerySet):
        """What these entries are about."""
        return self.filter(entry__in=entries.order_by().values("pk"))


class AuditedRequest(models.Model):
    """One request that an entry is about."""

    entry = models.ForeignKey(AuditEntry, on_delete=models.DO_NOTHING, related_name="about")
    at = models.DateTimeField()
    request_pk = models.BigIntegerField()
    reference = models.CharField(_("reference"), max_length=8)
    location_id = models.BigIntegerField()

    objects = AuditedRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request in the access record")
        verbose_name_plural = _("requests in the access record")
        ordering = ["pk"]
        default_permissions = []
        indexes = [
            # who saw this request
            models.Index(fields=["request_pk", "entry"], name="audited_request"),
            models.Index(fields=["reference", "entry"], name="audited_reference"),
        ]

    def __str__(self):
        return self.reference


class AuditSealQuerySet(models.QuerySet):
    def chain(self):
        """First link first."""
        return self.order_by("first_entry")

    def with_digest(self, digest: str):
        """The seal with that digest."""
        return self.filter(digest=digest)

    def expired(self, before: datetime.datetime):
        """Seals of which every entry is older than `before`: an entry is never older than its seal."""
        return self.filter(at__lt=before)


class AuditSeal(models.Model):
    """A link of the chain: the hash of some entries and of the seal before. Changing any row breaks it."""

    at = models.DateTimeField(default=timezone.now)
    first_entry = models.BigIntegerField(unique=True)
    last_entry = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    objects = AuditSealQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal of the access record")
        verbose_name_plural = _("seals of the access record")
        ordering = ["pk"]
        default_permissions = []

    def __str__(self):
        return self.digest
