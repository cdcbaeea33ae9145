"""Where else somebody is signed in: each of these sessions ends alone."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clinic_site import staff_verbs


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign one device out. The session that asks, and those of others, do not exist here."""
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    staff_verbs.end_session(get_object_or_404(others, pk=pk))
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")
