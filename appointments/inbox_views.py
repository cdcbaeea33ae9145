"""The views of the inbox: which requests each one holds, in what order, and how many."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from appointments import capped
from appointments.models import AppointmentRequest
from appointments.models.sort_orders import DUE_FIRST, NEWEST_FIRST, OLDEST_FIRST
from appointments.statuses import NEEDS_ACTION, WAITING_ON_PATIENT, Status


class View(models.TextChoices):
    """In the order of the tabs; the inbox opens on the first."""

    NEEDS = "needs", _("Needs action")
    MINE = "mine", _("Mine")
    WAITING = "waiting", _("Waiting on patient")
    SPAM = "spam", _("Suspected spam")
    ALL = "all", _("All")


ORDERS = {View.NEEDS: DUE_FIRST, View.MINE: DUE_FIRST, View.WAITING: DUE_FIRST}

IMPLIED = {View.NEEDS: NEEDS_ACTION, View.WAITING: WAITING_ON_PATIENT, View.SPAM: (Status.SPAM,)}


def in_view(view: str, requests, user):
    """Those of the query set `requests` that `user` sees in `view`, not in order yet."""
    picked = {
        View.NEEDS: requests.needs_action,
        View.MINE: requests.unclosed().owned_by(user).all,
        View.WAITING: requests.waiting_on_patient,
        View.SPAM: requests.suspected_spam,
    }
    return picked.get(view, requests.all)()


def order_of(view: str, is_span: bool) -> tuple:
    """What is due first on top, in a span of days what was received first; of all and of spam what came last."""
    if view not in ORDERS:
        return NEWEST_FIRST
    return OLDEST_FIRST if is_span else ORDERS[view]


def implies(status: str, view: str) -> bool:
    """Whether every request in that status is in that view."""
    return status in IMPLIED.get(view, ())


def counts(user) -> dict[str, capped.Count]:
    """How many requests of `user`'s locations each view holds, and `overdue`: one query, quick at any size."""
    visible = AppointmentRequest.objects.visible_to(user)
    lists = {view.value: in_view(view, visible, user) for view in View} | {"overdue": visible.overdue()}
    return dict(zip(lists, capped.counts(lists.values()), strict=True))
