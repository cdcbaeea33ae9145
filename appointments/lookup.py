"""Finding one's own request without its link: by reference, and the phone or email that was given."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments import guesses, visitors
from appointments.own_forms import FindRequestForm
from services import facts


def _find_page(request: HttpRequest, form: FindRequestForm, notice: str = "", status: int = HTTPStatus.OK):
    context = {"form": form, "notice": notice}
    return TemplateResponse(request, "appointments/my_request_find.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find one's own request; the link it had until then ends."""
    if request.method != "POST":
        return _find_page(request, FindRequestForm())
    connection, reference = visitors.connection_of(request), request.POST.get("reference", "")
    if wait := guesses.wait_for_lookup(connection, reference):
        form = FindRequestForm(initial=request.POST.dict())
        notice = guesses.wait_words(wait, facts.current().zone)
        return _find_page(request, form, notice, HTTPStatus.TOO_MANY_REQUESTS)
    form = FindRequestForm(request.POST)
    if form.is_valid():
        form.found.renew_link()
        return redirect("appointments:my_request", form.found.link_token)
    if form.is_wrong:
        guesses.count_lookup(connection, reference)
    return _find_page(request, form)
