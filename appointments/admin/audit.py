"""The access record in the admin: what staff pages put into it, and the auditor's page."""

from collections.abc import Iterable, Iterator

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from appointments import references
from appointments.models import AppointmentRequest, AuditEntry
from services import facts, moments
from services.spreadsheet import csv_lines

# What of an address says which view of a list was shown; what was searched for is never kept.
SHOWN = ("view", "location", "status", "age", "treatment", "p")


def _requests_of(rows: Iterable) -> list[AppointmentRequest]:
    """The requests that rows of a list are, or are about."""
    found = (row if isinstance(row, AppointmentRequest) else row.appointment_request for row in rows)
    return list({asked.pk: asked for asked in found if asked}.values())


def record_list(request: HttpRequest, response: HttpResponse) -> None:
    """Keep which requests a list or a search showed to whom."""
    shown = getattr(response, "context_data", None) or {}
    if "cl" not in shown:  # an action's answer, or a redirect
        return
    kind = AuditEntry.Kind.SEARCH if request.GET.get("q") else AuditEntry.Kind.LIST
    detail = " ".join(f"{name}={request.GET[name][:20]}" for name in SHOWN if name in request.GET)
    AuditEntry.record(kind, request.user, _requests_of(shown["cl"].result_list), detail)


def record_view(request: HttpRequest, asked: AppointmentRequest | None) -> None:
    """Keep that a page about this request was opened."""
    AuditEntry.record(AuditEntry.Kind.VIEW, request.user, [asked] if asked else [])


def record_refusal(request: HttpRequest, asked: AppointmentRequest, what: str) -> None:
    """Keep that somebody tried what they may not, or what was no longer possible; nothing was changed."""
    AuditEntry.record(AuditEntry.Kind.DENIED, request.user, [asked], detail=what)


def seen_request(model_admin: admin.ModelAdmin, request: HttpRequest, pk: str, what: str) -> AppointmentRequest:
    """The request, for who works for its location. For anybody else it does not exist: 404, and that is kept."""
    if asked := model_admin.get_object(request, pk):
        return asked
    if hidden := AppointmentRequest.objects.numbered(pk):
        record_refusal(request, hidden, what)
    raise Http404


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    """Read only, for auditors; reading it is kept too."""

    list_display = ["moment", "actor_name", "kind", "requests", "detail", "address"]
    list_display_links = None
    list_filter = ["kind", ("at", admin.DateFieldListFilter)]
    search_fields = ["actor_name"]
    show_full_result_count = False
    list_per_page = 100
    actions = None
    change_list_template = "admin/appointments/auditentry/change_list.html"

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user).prefetch_related("about")

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """What concerns other locations does not exist for this auditor."""
        raise Http404

    def get_search_results(self, request, queryset, search_term):
        """Who did what, or who saw this request."""
        if not search_term:
            return queryset, False
        reference = references.normalise(search_term)
        if len(reference) == references.LENGTH and (found := queryset.about_reference(reference)).exists():
            return found, False
        return queryset.by_person(search_term.strip()), False

    def get_urls(self):
        """The record as CSV."""
        view = self.admin_site.admin_view(as_csv)
        own = path("csv/", view, {"model_admin": self}, name="appointments_auditentry_csv")
        return [own, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if self.get_object(request, object_id) is None:
            raise Http404
        return super().change_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        if "cl" in (getattr(response, "context_data", None) or {}):
            AuditEntry.record(AuditEntry.Kind.AUDIT, request.user)
        return response

    @admin.display(description=gettext_lazy("when"), ordering="pk")
    def moment(self, entry):
        zone = facts.current().zone
        return moments.moment(entry.at, zone, timezone.localdate(timezone=zone))

    @admin.display(description=gettext_lazy("requests"))
    def requests(self, entry):
        return " ".join(references.display(each.reference) for each in entry.about.all())

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@require_safe
def as_csv(request: HttpRequest, model_admin: AuditEntryAdmin) -> HttpResponse:
    """All that the list would show on its pages, line by line: any number of rows, a few in memory."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    AuditEntry.record(AuditEntry.Kind.AUDIT, request.user, detail="csv")
    entries = model_admin.get_changelist_instance(request).get_queryset(request)
    headers = {"Content-Disposition": 'attachment; filename="access-record.csv"'}
    return StreamingHttpResponse(csv_lines(_rows(entries)), content_type="text/csv; charset=utf-8", headers=headers)


def _rows(entries) -> Iterator[list[str]]:
    yield [_("When (UTC)"), _("Who"), _("What"), _("Requests"), _("Detail"), _("From")]
    for entry in entries.iterator(chunk_size=500):
        about = " ".join(references.display(each.reference) for each in entry.about.all())
        yield [
            entry.at.isoformat(),
            entry.actor_name,
            entry.get_kind_display(),
            about,
            entry.detail,
            entry.address or "",
        ]
