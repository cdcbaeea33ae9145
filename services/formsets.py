"""Rows that belong to a page, as they come back from its form: nothing typed is lost, sources are numbered."""

import math
import re

from django import forms
from django.db.models import F
from django.forms.models import BaseInlineFormSet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from services.models import Source

OUT_OF_THE_WAY = 10_000


class KeptFormSet(BaseInlineFormSet):
    """A row that somebody else deleted meanwhile comes back as a new one, instead of an error nobody can mend."""

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        if self.is_bound:
            self.data = self._with_lost_rows_as_new(self.data)

    def _with_lost_rows_as_new(self, data: QueryDict) -> QueryDict:
        if not self.management_form.is_valid():
            return data
        total, initial = self.total_form_count(), self.initial_form_count()
        stored = {str(row.pk) for row in self.get_queryset()} if initial else set()
        lost = [n for n in range(initial) if data.get(f"{self.prefix}-{n}-id", "") not in stored]
        if not lost:
            return data
        kept = [n for n in range(initial) if n not in lost]
        return self._renumbered(data, [*kept, *lost, *range(initial, total)], len(kept), lost)

    def _renumbered(self, data: QueryDict, order: list[int], initial: int, lost: list[int]) -> QueryDict:
        changed = data.copy()
        mine = re.compile(rf"{re.escape(self.prefix)}-(\d+)-(.+)")
        typed = {match: data.getlist(match[0]) for name in data if (match := mine.fullmatch(name))}
        for match in typed:
            del changed[match[0]]
        for match, values in typed.items():
            old, field = int(match[1]), match[2]
            if old in order:
                is_lost_number = old in lost and field == "id"
                changed.setlist(f"{self.prefix}-{order.index(old)}-{field}", [""] if is_lost_number else values)
        changed[f"{self.prefix}-INITIAL_FORMS"] = str(initial)
        self.__dict__.pop("management_form", None)  # it is cached, and counts what was posted
        return changed


class SourceForm(forms.ModelForm):
    """A source whose number may be left empty."""

    class Meta:
        model = Source
        fields = []  # the admin says which

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "position" in self.fields:  # not for those who may only look
            self.fields["position"].required = False
            self.fields["position"].help_text = _("What [1] in the text points at. Empty: after the last one.")

    def _get_validation_exclusions(self):
        """Whether a number is taken is not for one source to say: two may change places."""
        return {*super()._get_validation_exclusions(), "position"}


class SourceFormSet(KeptFormSet):
    """Sources are numbered from 1 in the order of the numbers that were typed."""

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if self._is_kept(form)]
        kept.sort(key=lambda form: form.cleaned_data.get("position") or math.inf)
        for number, form in enumerate(kept, start=1):
            form.instance.position = number

    def _is_kept(self, form: forms.ModelForm) -> bool:
        is_used = bool(form.instance.pk) or form.has_changed()
        return is_used and hasattr(form, "cleaned_data") and not self._should_delete_form(form)

    def save(self, commit=True):
        """Make room first: no two sources of a page may have one number, not even for a moment."""
        if commit:
            self.instance.sources.update(position=F("position") + OUT_OF_THE_WAY)
        saved = super().save(commit)
        for form in self.initial_forms if commit else ():
            if self._is_kept(form) and form.instance not in saved:
                form.instance.save(update_fields=["position"])
        return saved
