"""What machines ask: is the process up, can it do its work, what may robots read."""

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appointments.models import Message

# Of each language.
NOT_FOR_ROBOTS = ("/my-request/", "/request-appointment/check/", "/request-appointment/sent/")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of the database."""
    return JsonResponse({"status": "ok"})


def _migrations_missing() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def problems() -> list[str]:
    """Names of what keeps the site from its work: `database`, `migrations`, `mail`."""
    try:
        if _migrations_missing():
            return ["migrations"]
        return ["mail"] if Message.objects.is_late() else []
    except Error:
        return ["database"]


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when requests are stored and mail leaves; 503 with the names of what is wrong."""
    found = problems()
    return JsonResponse({"status": "wrong" if found else "ok", "problems": found}, status=503 if found else 200)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt (RFC 9309): pages yes; staff, forms and patients' own pages no."""
    prefixes = ["", *(f"/{code}" for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)]
    patients_own = [prefix + path for prefix in prefixes for path in NOT_FOR_ROBOTS]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ["/admin/", "/accounts/", *patients_own]),
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
