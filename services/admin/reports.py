"""The reports in the admin: an overview, a table for each, and each as CSV."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from services.models import form_url
from services.reports import REPORTS, Report
from services.spreadsheet import as_csv


def _context(request: HttpRequest, title: str) -> dict:
    if not request.user.has_perm("services.view_page"):
        raise PermissionDenied
    return {**admin.site.each_context(request), "title": title}


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every report with how many pages it lists."""
    context = _context(request, _("Reports"))
    context["reports"] = [(slug, report, len(report.rows())) for slug, report in REPORTS.items()]
    return TemplateResponse(request, "admin/services/reports.html", context)


def _as_csv(slug: str, report: Report) -> HttpResponse:
    head = [_("Page"), _("Address"), report.detail]
    rows = [[row.page.title, settings.SITE_URL + row.page.get_absolute_url(), row.detail] for row in report.rows()]
    headers = {"Content-Disposition": f'attachment; filename="{slug}.csv"'}
    return HttpResponse(as_csv([head, *rows]), content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """One report as a table, or as CSV with `?format=csv`."""
    chosen = REPORTS.get(slug)
    if chosen is None:
        raise Http404
    context = _context(request, chosen.title)
    if request.GET.get("format") == "csv":
        return _as_csv(slug, chosen)
    context |= {"report": chosen, "rows": [(row, form_url(row.page)) for row in chosen.rows()]}
    return TemplateResponse(request, "admin/services/report.html", context)


app_name = "reports"
urlpatterns = [
    path("", admin.site.admin_view(overview), name="overview"),
    path("<slug:slug>/", admin.site.admin_view(report), name="report"),
]
