"""Makes changes to the access record evident: each seal is a hash of its entries and of the seal before."""

import datetime
import hashlib
import json
import logging
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from appointments.models import AuditedRequest, AuditEntry, AuditSeal

logger = logging.getLogger(__name__)

# No web request lives this long (gunicorn's timeout): rows older than this have no gaps left to fill.
SETTLES_IN = datetime.timedelta(minutes=2)
SEALED_AT_ONCE = 1000
FIRST_LINK = "0" * 64


def _as_values(entry: AuditEntry) -> list:
    about = sorted([each.request_pk, each.reference, each.location_id] for each in entry.about.all())
    at = entry.at.astimezone(datetime.UTC).isoformat()
    return [entry.pk, at, entry.kind, entry.actor_id, entry.actor_name, entry.address, entry.detail, about]


def digest_of(previous: str, entries: Iterable[AuditEntry]) -> str:
    """SHA-256 in hexadecimal of the seal before and these entries in order."""
    found = hashlib.sha256(previous.encode())
    for entry in entries:
        found.update(json.dumps(_as_values(entry)).encode() + b"\n")
    return found.hexdigest()


def _last_seal() -> AuditSeal | None:
    return AuditSeal.objects.chain().last()


def seal_due() -> int:
    """Seal the entries that have settled; returns how many. Any number of workers: one makes each link.

    The new link's digest goes to the log, out of reach of whoever can write to the database.
    """
    entries = list(AuditEntry.objects.unsealed(timezone.now() - SETTLES_IN)[:SEALED_AT_ONCE])
    if not entries:
        return 0
    last = _last_seal()
    previous = last.digest if last else FIRST_LINK
    seal = AuditSeal(
        first_entry=entries[0].pk,
        last_entry=entries[-1].pk,
        count=len(entries),
        previous=previous,
        digest=digest_of(previous, entries),
    )
    try:
        with transaction.atomic():
            seal.save()
    except IntegrityError:  # another worker was faster
        return 0
    logger.info("access record sealed up to entry %s: %s", seal.last_entry, seal.digest)
    return len(entries)


def expires_before(years: int) -> datetime.datetime:
    """What was sealed before that moment is older than `years`, leap days and all."""
    return timezone.now() - datetime.timedelta(days=1 + years * 366)


def remove_expired(years: int) -> int:
    """Remove what was sealed more than `years` ago, seal by seal; returns how many entries.

    The database refuses fewer than `audit_guard.YEARS`.
    """
    removed = 0
    for seal in AuditSeal.objects.expired(expires_before(years)).chain()[:SEALED_AT_ONCE]:
        with transaction.atomic():
            entries = AuditEntry.objects.sealed_by(seal)
            AuditedRequest.objects.of(entries).delete()
            removed += entries.delete()[0]
            seal.delete()
    return removed


def faults() -> list[str]:
    """What does not fit, in words for the operator; empty when the record is whole."""
    found = [f"entry {pk} was put in later" for pk in AuditEntry.objects.outside_seals().values_list("pk", flat=True)]
    previous = None
    for seal in AuditSeal.objects.chain().iterator():
        if previous is not None and seal.previous != previous:
            found.append(f"the seal before entry {seal.first_entry} is missing or changed")
        entries = list(AuditEntry.objects.sealed_by(seal))
        if len(entries) != seal.count or digest_of(seal.previous, entries) != seal.digest:
            found.append(f"entries {seal.first_entry} to {seal.last_entry} were changed, added to or removed")
        previous = seal.digest
    return found
