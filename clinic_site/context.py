"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest

from services import facts


def site(request: HttpRequest) -> dict:
    """The clinic's facts and the page's one true address, without query string."""
    clinic = facts.current()
    # allauth's own pages put another `site` into their context: those templates say `clinic`.
    return {"site": clinic, "clinic": clinic, "canonical": settings.SITE_URL + request.path}
