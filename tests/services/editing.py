"""Acting as an editor: the page form as the browser posts it, changed here and there."""

from django.urls import reverse

from services.models import Page

SECTION = "services_section_set"


def form_url(page: Page) -> str:
    """The page's form in its section of the admin."""
    name = page.kind.replace("_", "") if page.kind != Page.Kind.OTHER else "otherpage"
    return reverse(f"admin:services_{name}_change", args=[page.pk])


def verb_url(page: Page, verb: str, *args) -> str:
    """An editing page: release, preview, sign, share, revoke, withdraw, compare, history."""
    return form_url(page).replace("/change/", f"/{verb}/") + "".join(f"{arg}/" for arg in args)


def form_data(client, page: Page, **changes) -> dict:
    """What the browser would post from the form as it is now, with `changes`."""
    response = client.get(form_url(page))
    form = response.context["adminform"].form
    data = {name: _text(form[name].value()) for name in form.fields}
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        forms = [formset.management_form, *formset.initial_forms]
        data |= {bound.html_name: _text(bound.value()) for part in forms for bound in part}
    return {name: value for name, value in data.items() if value is not False} | changes


def _text(value):
    return "" if value is None else value


def save(client, page: Page, **changes):
    """Open the form, change it, press Save."""
    return client.post(form_url(page), form_data(client, page, **changes), follow=True)
