"""Requests as CSV: a page that says how many, then the file; every piece of it is kept in the access record."""

from array import array
from collections.abc import Iterator

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from appointments import export_columns, export_progress, search_text
from appointments.admin.inbox_news import read_number
from appointments.models import AppointmentRequest, AuditEntry
from services.spreadsheet import csv_lines

TEMPLATE = "admin/appointments/appointmentrequest/export.html"
# So many requests are in memory, and in one entry of the access record.
AT_ONCE = 500


class ExportForm(forms.Form):
    """What may be in the file."""

    with_text = forms.BooleanField(
        label=gettext_lazy("Also what patients wrote freely: note and access needs"),
        help_text=gettext_lazy("It may say something about their health. Leave it out unless you need it."),
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, model_admin: admin.ModelAdmin) -> HttpResponse:
    """How many requests the list of the same address holds, and what may be left out; posting downloads them."""
    if not request.user.has_perm("appointments.export_appointmentrequest"):
        raise PermissionDenied
    requests = model_admin.get_changelist_instance(request)
    rows = _chosen(request, requests)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _download(request, rows, form.cleaned_data["with_text"])
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Export requests"),
        "opts": model_admin.opts,
        "form": form,
        "cl": requests,
        "count": rows.count(),
        "newest": export_progress.newest_export(request.user),
    }
    return TemplateResponse(request, TEMPLATE, context)


@require_safe
def progress(request: HttpRequest) -> JsonResponse:
    """{"text": "Written: 500 of 12,500 requests.", "done": false} of the file begun after entry number `after`."""
    if not request.user.has_perm("appointments.export_appointmentrequest"):
        raise PermissionDenied
    written, of_all = export_progress.since(request.user, read_number(request.GET.get("after", "")))
    return JsonResponse({"text": export_progress.in_words(written, of_all), "done": 0 < of_all <= written})


def _chosen(request: HttpRequest, requests: ChangeList):
    """What the list holds, all of it: a page of hits stops at some, a file must not."""
    rows = requests.root_queryset.order_by()
    for spec in requests.filter_specs:
        rows = spec.queryset(request, rows)
    if not requests.query:
        return rows
    search = search_text.read(requests.query)
    return rows.none() if search.problem else rows.every_hit(requests.query, search)


def _download(request: HttpRequest, rows, with_text: bool) -> HttpResponse:
    # Eight bytes for each: the numbers first, so that no query stays open while the browser is slow.
    numbers = array("q", rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=AT_ONCE))
    what = _what(request, len(numbers), with_text)
    if not numbers:
        AuditEntry.record(AuditEntry.Kind.EXPORT, request.user, detail=what)
    lines = csv_lines(_rows(request.user, numbers, what, with_text))
    headers = {"Content-Disposition": 'attachment; filename="requests.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _what(request: HttpRequest, count: int, with_text: bool) -> str:
    """How many and which ones, for the access record; what was searched for is never kept."""
    text = "with free text" if with_text else "without free text"
    searched = " of a search" if request.GET.get("q") else ""
    return f"{count} requests{searched}, {text}"


def _rows(user, numbers: array, what: str, with_text: bool) -> Iterator[list[str]]:
    """Head and rows in the order they were received; nothing leaves that is not in the access record yet."""
    yield export_columns.columns(with_text)
    for first in range(0, len(numbers), AT_ONCE):
        piece = AppointmentRequest.objects.with_answers().filter(pk__in=numbers[first : first + AT_ONCE])
        found = list(piece.select_related("location", "owner", "changed").order_by("pk"))
        AuditEntry.record(AuditEntry.Kind.EXPORT, user, found, export_progress.detail(what, first + 1))
        for asked in found:
            yield export_columns.row(asked, with_text)
