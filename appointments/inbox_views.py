"""The views of the inbox: which requests each one holds, in what order, and how many."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from appointments import capped
from appointments.models import AppointmentRequest
from appointments.models.sort_orders import DUE_FIRST, NEWEST_FIRST


class View(models.TextChoices):
    """In the order of the tabs; the inbox opens on the first."""

    NEEDS = "needs", _("Needs action")
    MINE = "mine", _("Mine")
    WAITING = "waiting", _("Waiting on patient")
    SPAM = "spam", _("Suspected spam")
    ALL = "all", _("All")


ORDERS = {View.NEEDS: DUE_FIRST, View.MINE: DUE_FIRST, View.WAITING: DUE_FIRST}


def in_view(view: str, requests, user):
    """Those of the query set `requests` that `user` sees in `view`, not in order yet."""
    picked = {
        View.NEEDS: requests.needs_action,
        View.MINE: requests.unclosed().owned_by(user).all,
        View.WAITING: requests.waiting_on_patient,
        View.SPAM: requests.suspected_spam,
    }
    return picked.get(view, requests.all)()


def order_of(view: str) -> tuple:
    """What is due first on top; in views without a next step, what was received last."""
    return ORDERS.get(view, NEWEST_FIRST)


def counts(user) -> dict[str, capped.Count]:
    """How many requests of `user`'s locations each view holds, and `overdue`: one query, quick at any size."""
    visible = AppointmentRequest.objects.visible_to(user)
    lists = {view.value: in_view(view, visible, user) for view in View} | {"overdue": visible.overdue()}
    return dict(zip(lists, capped.counts(lists.values()), strict=True))
