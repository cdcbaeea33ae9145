"""What the list of requests can be narrowed to."""

import datetime

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.inbox_views import View, implies, in_view
from appointments.models.scope import places_of
from appointments.statuses import Status
from services import facts

NOT_SURE = "-"


def chosen_view(request) -> str:
    """The view the address names; without one what needs action, and all when somebody is looked for."""
    named = request.GET.get("view")
    if named in View.values:
        return named
    return View.ALL if named or request.GET.get("q") else View.NEEDS


class ViewFilter(admin.SimpleListFilter):
    """The views are tabs with their numbers (inbox_views)."""

    title = gettext_lazy("view")
    parameter_name = "view"

    def lookups(self, request, model_admin):
        return View.choices

    def queryset(self, request, queryset):
        view = chosen_view(request)
        if implies(request.GET.get("status", ""), view):  # one condition, and the index of that status
            return queryset
        return in_view(view, queryset, request.user)


class LocationFilter(admin.SimpleListFilter):
    """For who works for more than one."""

    title = gettext_lazy("Location")
    parameter_name = "location"

    def lookups(self, request, model_admin):
        mine = None if request.user.has_perm("appointments.see_every_location") else places_of(request.user)
        places = facts.current().locations
        shown = [(str(place.pk), place.name) for place in places if mine is None or place.pk in mine]
        return shown if len(shown) > 1 else []

    def queryset(self, request, queryset):
        known = [value for value, _name in self.lookup_choices]
        return queryset.filter(location=self.value()) if self.value() in known else queryset


class StatusFilter(admin.SimpleListFilter):
    """Where a request stands."""

    title = gettext_lazy("Status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return Status.choices

    def queryset(self, request, queryset):
        return queryset.filter(status=self.value()) if self.value() in Status.values else queryset


class AgeFilter(admin.SimpleListFilter):
    """When a request was received, in whole days of the clinic."""

    title = gettext_lazy("Received")
    parameter_name = "age"
    DAYS = {"today": 0, "week": 6, "month": 29}
    OLDER = "older"

    def lookups(self, request, model_admin):
        return [
            ("today", _("Today")),
            ("week", _("In the last 7 days")),
            ("month", _("In the last 30 days")),
            (self.OLDER, _("More than 30 days ago")),
        ]

    def queryset(self, request, queryset):
        days = self.DAYS.get("month" if self.value() == self.OLDER else self.value())
        if days is None:
            return queryset
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        start = midnight - datetime.timedelta(days=days)
        older = self.value() == self.OLDER
        return queryset.filter(created_at__lt=start) if older else queryset.filter(created_at__gte=start)


class TreatmentFilter(admin.SimpleListFilter):
    """What is asked for, also since a change, of what the clinic offers now."""

    title = gettext_lazy("Treatment")
    parameter_name = "treatment"

    def lookups(self, request, model_admin):
        return [(NOT_SURE, _("Not sure")), *facts.current().treatments]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        return queryset.filter(treatment_now="" if self.value() == NOT_SURE else self.value())
