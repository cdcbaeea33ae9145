"""The view a clerk wants the inbox to open on: kept for the account, on any machine."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from appointments.inbox_views import View
from appointments.models import KeptView
from appointments.statuses import Status

LONGEST_SLUG = 80
IN_SESSION = "inbox_view"
# What may be kept, and whether a value is one of the page's own.
KEPT = {
    "view": View.values.__contains__,
    "location": str.isdecimal,
    "status": Status.values.__contains__,
    "age": {"today", "week", "month", "older"}.__contains__,
    "treatment": lambda slug: len(slug) <= LONGEST_SLUG and slug.replace("-", "").isalnum(),
}


def of(request: HttpRequest) -> str:
    """The query the account begins with, read once for each session; empty for the first view."""
    if IN_SESSION not in request.session:
        kept = KeptView.objects.filter(user=request.user).values_list("query", flat=True).first()
        request.session[IN_SESSION] = kept or ""
    return request.session[IN_SESSION]


def _clean(query: str) -> str:
    asked = QueryDict(query)
    return urlencode({name: asked[name] for name, is_known in KEPT.items() if name in asked and is_known(asked[name])})


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Begin with the view and the filters of the page this was posted from, or with the first view again."""
    if not request.user.has_perm("appointments.view_appointmentrequest"):
        raise PermissionDenied
    query = _clean(request.POST.get("query", "")[:500])
    if query in ("", f"view={View.NEEDS}"):
        KeptView.objects.filter(user=request.user).delete()
        messages.success(request, _("The inbox opens on what needs action."))
    else:
        KeptView.objects.update_or_create(user=request.user, defaults={"query": query})
        messages.success(request, _("The inbox opens on this view from now on."))
    request.session.pop(IN_SESSION, None)
    return redirect(f"{reverse('admin:appointments_appointmentrequest_changelist')}?{query or 'view=needs'}")
