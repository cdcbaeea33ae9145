"""The pages around editing: check and publish, sign off, preview, share, compare."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from services import difference, facts, moments
from services.admin import state
from services.admin_forms import ScheduleForm, SignForm
from services.models import Page, PreviewLink
from services.publishing import unpublish
from services.release import NotReleasableError, findings, release
from services.review import ReviewRefusedError, is_signed_where_needed, sign, valid_sign_off
from services.views import draft_response

View = Callable[["admin.ModelAdmin", HttpRequest, Page], HttpResponse]

READ, POST, READ_OR_POST = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")
PUBLISH, REVIEW = "services.add_publication", "services.review_page"


def change_page(model_admin: admin.ModelAdmin, page: Page) -> HttpResponse:
    """Back to the page's form."""
    return redirect(f"admin:services_{model_admin.opts.model_name}_change", page.pk)


def release_page(model_admin: admin.ModelAdmin, page: Page) -> HttpResponse:
    """To the page that checks and publishes."""
    return redirect(f"admin:services_{model_admin.opts.model_name}_release", page.pk)


def on_page(model_admin: admin.ModelAdmin, view: View, permission: str = "", methods=READ) -> Callable:
    """`view` for the page with that number, for staff who may see it and hold `permission`."""

    @wraps(view)
    @require_http_methods(methods)
    def guarded(request: HttpRequest, pk: int, **kwargs) -> HttpResponse:
        page = model_admin.get_object(request, str(pk))
        if page is None:
            raise Http404
        allowed = model_admin.has_view_permission(request, page)
        if not allowed or (permission and not request.user.has_perm(permission)):
            raise PermissionDenied
        return view(model_admin, request, page, **kwargs)

    return model_admin.admin_site.admin_view(guarded)


def _context(model_admin: admin.ModelAdmin, request: HttpRequest, page: Page, title: str) -> dict:
    return {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "original": page,
        "title": title,
        "verbs": f"admin:services_{model_admin.opts.model_name}",
    }


def check(model_admin: admin.ModelAdmin, request: HttpRequest, page: Page) -> HttpResponse:
    """What hinders the page, what is in public now and later; publish now or at a time."""
    form = ScheduleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not request.user.has_perm(PUBLISH):
            raise PermissionDenied
        if form.is_valid() and publish_or_say_why(request, page, **form.cleaned_data):
            return change_page(model_admin, page)
    context = {
        **_context(model_admin, request, page, _("Check and publish: {title}").format(title=page.title)),
        "form": form,
        "findings": findings(page),
        "is_signed": is_signed_where_needed(page),
        "sign_off": valid_sign_off(page),
        "schedule": state.compared(page),
        "sign_form": SignForm(initial={"named": page.reviewer}),
        "can_publish": request.user.has_perm(PUBLISH),
        "can_sign": request.user.has_perm(REVIEW),
        "zone": facts.current().zone.key,
    }
    return TemplateResponse(request, "admin/services/page/release.html", context)


def publish_or_say_why(request: HttpRequest, page: Page, starts_at=None, ends_at=None) -> bool:
    """Publish, or tell what hinders it; True when the page is or will be in public."""
    try:
        publication = release(page, request.user, starts_at, ends_at)
    except NotReleasableError as refused:
        for reason in refused.reasons:
            messages.error(request, reason)
        return False
    zone = facts.current().zone
    if publication.starts_at > timezone.now():
        when = moments.moment(publication.starts_at, zone, timezone.localdate(timezone=zone))
        messages.success(request, _("Scheduled: “{title}” goes in public {when}.").format(title=page.title, when=when))
    else:
        messages.success(request, _("Published: “{title}” is in public now.").format(title=page.title))
    return True


def withdraw(model_admin: admin.ModelAdmin, request: HttpRequest, page: Page) -> HttpResponse:
    """Take the page out of public, now and later."""
    unpublish(page)
    messages.success(request, _("Taken out of public. The draft is kept."))
    return change_page(model_admin, page)


def sign_off(model_admin: admin.ModelAdmin, request: HttpRequest, page: Page) -> HttpResponse:
    """The Reviewed action."""
    form = SignForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how the page names you, and when it is reviewed next."))
        return release_page(model_admin, page)
    try:
        sign(page, request.user, today=timezone.localdate(), **form.cleaned_data)
    except ReviewRefusedError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Signed off. The signature holds for this text only."))
    return release_page(model_admin, page)


def preview(model_admin: admin.ModelAdmin, request: HttpRequest, page: Page) -> HttpResponse:
    """The draft as the public would see it."""
    return draft_response(request, page)


def share(model_admin: admin.ModelAdmin, request: HttpRequest, page: Page) -> HttpResponse:
    """Make a link that shows the draft for seven days."""
    address = settings.SITE_URL + PreviewLink.make(page, request.user)
    messages.success(request, _("Anybody with this link sees the draft for seven days: {link}").format(link=address))
    return release_page(model_admin, page)


def revoke(model_admin: admin.ModelAdmin, request: HttpRequest, page: Page) -> HttpResponse:
    """Close every link to the draft."""
    links = page.preview_links.usable()
    for link in links:
        link.revoke()
    messages.success(request, _("No link shows this draft any more."))
    return release_page(model_admin, page)


def compare(model_admin: admin.ModelAdmin, request: HttpRequest, page: Page, before: int, after: int) -> HttpResponse:
    """Two versions, word by word."""
    versions = model_admin.versions_of(page)
    old, new = (get_object_or_404(versions, pk=pk) for pk in (before, after))
    context = {
        **_context(model_admin, request, page, _("Compare versions: {title}").format(title=page.title)),
        "old": old,
        "new": new,
        "passages": difference.passages(model_admin.lines_of(old), model_admin.lines_of(new)),
    }
    return TemplateResponse(request, "admin/services/page/compare.html", context)


def history_rows(model_admin: admin.ModelAdmin, versions: list) -> list[dict]:
    """The versions, newest first, each with where it opens and what it can be compared with."""
    name = f"admin:services_{model_admin.opts.model_name}"

    def compare_url(before, after) -> str:
        return reverse(f"{name}_compare", args=[after.object_id, before.pk, after.pk])

    earlier = [*versions[1:], None]
    return [
        {
            "version": version,
            "url": reverse(f"{name}_revision", args=[version.object_id, version.pk]),
            "compare_url": compare_url(before, version) if before else "",
            "now_url": compare_url(version, versions[0]) if version is not versions[0] else "",
        }
        for version, before in zip(versions, earlier, strict=False)
    ]


def urls(model_admin: admin.ModelAdmin) -> list:
    """Addresses of the editing pages of one kind."""
    name = f"services_{model_admin.opts.model_name}"
    verbs = [
        ("release", check, "", READ_OR_POST),
        ("preview", preview, "", READ),
        ("withdraw", withdraw, PUBLISH, POST),
        ("sign", sign_off, REVIEW, POST),
        ("share", share, "", POST),
        ("revoke", revoke, "", POST),
    ]
    own = [
        path(f"<int:pk>/{verb}/", on_page(model_admin, view, permission, methods), name=f"{name}_{verb}")
        for verb, view, permission, methods in verbs
    ]
    comparing = path(
        "<int:pk>/compare/<int:before>/<int:after>/", on_page(model_admin, compare), name=f"{name}_compare"
    )
    return [*own, comparing]
