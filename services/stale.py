"""What somebody else saved while a page was being edited, beside what was typed meanwhile."""

from collections.abc import Iterable, Iterator

from content_editor.contents import contents_for_item
from django import forms
from django.db import models
from django.utils import timezone
from reversion.models import Version

from services import facts, moments
from services.difference import Passage, passages
from services.history import in_order
from services.lines import Row, of_rows, row_of
from services.models import BLOCKS, Page


def _stored_rows(page: Page) -> Iterator[Row]:
    chosen = {field.name: [row.pk for row in getattr(page, field.name).all()] for field in page._meta.many_to_many}
    yield row_of(page, **chosen)
    panel = getattr(page, "at_a_glance", None)
    for part in (*([panel] if panel else []), *page.also_called.all(), *page.sources.all()):
        yield row_of(part)
    yield from map(row_of, contents_for_item(page, plugins=BLOCKS)["main"])


def _typed_rows(form: forms.ModelForm, formsets: Iterable[forms.BaseModelFormSet]) -> Iterator[Row]:
    many = [field.name for field in form.instance._meta.many_to_many if field.name in form.fields]
    yield row_of(form.instance, **{name: [row.pk for row in form.cleaned_data.get(name) or []] for name in many})
    for formset in formsets:
        yield from map(row_of, _kept(formset))


def _kept(formset: forms.BaseModelFormSet) -> Iterator[models.Model]:
    """What the page will have: what was typed, and what the other one added, which this form does not know."""
    known = {each.instance.pk for each in formset.forms}
    yield from (row for row in formset.get_queryset() if row.pk not in known)
    for each in formset.forms:
        is_gone = formset.can_delete and formset._should_delete_form(each)
        if not is_gone and (each.instance.pk or each.has_changed()):
            yield each.instance


def difference(form: forms.ModelForm, formsets: Iterable[forms.BaseModelFormSet]) -> list[Passage]:
    """What saving what was typed would change in what is saved now, line by line."""
    saved = sorted(_stored_rows(form.stored), key=in_order)
    typed = sorted(_typed_rows(form, formsets), key=in_order)
    return passages(of_rows(saved), of_rows(typed))


def saved_by(page: Page) -> dict[str, str]:
    """Who saved the page last, and when, in the clinic's time; the name is empty for a program."""
    version: models.Model | None = (
        Version.objects.get_for_object_reference(Page, page.pk).select_related("revision__user").first()
    )
    zone = facts.current().zone
    user = version.revision.user if version else None
    return {
        "who": user.get_username() if user else "",
        "when": moments.moment(page.updated_at, zone, timezone.localdate(timezone=zone)),
    }
