"""Taking a request by phone or at the desk: into the same queue, with the same promise."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from appointments import form_token
from appointments.admin import desk
from appointments.taken_form import TakenForm
from services import facts


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, model_admin: admin.ModelAdmin) -> HttpResponse:
    """The form; posted to, the stored request and what to tell the patient."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        asked = form.save()
        promise = asked.promise_text or _("the next opening day")
        words = _("Stored. Tell them: “We will contact you by {promise}. Your reference is {reference}.”")
        messages.success(request, words.format(promise=promise, reference=asked.display_reference))
        return desk.back_to(asked)
    return _page(request, model_admin, form)


def _form(request: HttpRequest) -> TakenForm:
    if request.method != "POST":
        return TakenForm(user=request.user, site=facts.current(), initial={"form_token": form_token.new_token()})
    data = request.POST.copy()
    # A page that stood open for long is still the same form.
    data["form_token"] = form_token.renewed(data.get("form_token", ""))
    return TakenForm(data, user=request.user, site=facts.current())


def _page(request: HttpRequest, model_admin: admin.ModelAdmin, form: TakenForm) -> HttpResponse:
    title = _("Take a request")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Error: {title}").format(title=title) if form.errors else title,
        "opts": model_admin.opts,
        "form": form,
        "inbox_url": reverse("admin:appointments_appointmentrequest_changelist"),
    }
    return TemplateResponse(request, "admin/appointments/appointmentrequest/take.html", context)
