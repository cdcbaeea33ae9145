"""Form widgets of our own."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from appointments import availability
from appointments.language import is_own_language
from services import menus


class TitleSelect(forms.Select):
    """Choices of which all but the empty one are titles of pages, in the language those are written in."""

    def create_option(self, name, value, *args, **kwargs):
        """Says so where the page speaks another language (WCAG 3.1.2)."""
        option = super().create_option(name, value, *args, **kwargs)
        if value and not is_own_language():
            option["attrs"]["lang"] = menus.WRITTEN_IN
        return option


class AvailabilityGrid(forms.CheckboxSelectMultiple):
    """A compact grid of checkboxes: a row for each day, a column for each part of the day."""

    template_name = "appointments/widgets/availability.html"
    weekdays: tuple[int, ...] = ()

    def get_context(self, name, value, attrs):
        """Adds `days` ([{label, options}]) and `any`, each option {id, name, value, label, checked}."""
        context = super().get_context(name, value, attrs)
        chosen = {str(item) for item in value or []}
        stem = context["widget"]["attrs"].get("id", f"id_{name}")

        def option(code: str, label) -> dict:
            return {
                "id": f"{stem}_{code}",
                "name": name,
                "value": code,
                "label": label,
                "checked": code in chosen,
            }

        # The first box carries the id that the error summary links to.
        context["widget"]["any"] = {**option(availability.ANY_TIME, _("Any time")), "id": f"{stem}_0"}
        context["widget"]["days"] = [
            {
                "label": day,
                "options": [option(f"{code}-{part}", capfirst(words)) for part, words in availability.PARTS.items()],
            }
            for code, day in availability.open_days(self.weekdays)
        ]
        return context
