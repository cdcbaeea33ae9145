"""The way to the same page in another language."""

from django.conf import settings
from django.template import Context, Library
from django.urls import reverse, translate_url
from django.utils.translation import get_language

register = Library()


def _address(context: Context, step: str) -> str:
    """Of the step, with the location and the treatment that were chosen for it; else of this page."""
    request = context["request"]
    if not step:
        return context.get("language_path") or request.get_full_path()
    query = request.META.get("QUERY_STRING", "")
    return f"{reverse(step)}?{query}" if query else reverse(step)


def _others(path: str) -> list[dict]:
    return [
        {"code": code, "name": name, "url": translate_url(path, code)}
        for code, name in settings.LANGUAGES
        if code != get_language()
    ]


@register.inclusion_tag("components/languages.html", takes_context=True)
def languages(context: Context, form: str = "", step: str = "") -> dict:
    """Links to this page in the other languages; with a form's id, buttons that take its answers to `step`.

    `language_path` in the context stands for pages whose own address leads nowhere.
    """
    return {"others": _others(_address(context, step)), "form": form}


@register.inclusion_tag("components/alternates.html", takes_context=True)
def alternates(context: Context) -> dict:
    """Tells search engines of the same page in other languages."""
    path = context["request"].path
    here = [{"code": code, "url": settings.SITE_URL + translate_url(path, code)} for code, _name in settings.LANGUAGES]
    return {"pages": here}
