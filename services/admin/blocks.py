"""The forms of the blocks inside a page: what each is for, its icon, its fields."""

from content_editor.admin import ContentEditorInline
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from services.admin.figures import FigureInline
from services.formsets import KeptFormSet
from services.models import BLOCKS
from services.models.blocks import (
    Callout,
    CallToAction,
    CareCard,
    Comparison,
    Definition,
    DoAndDont,
    Evidence,
    Figure,
    Question,
    Risk,
    Section,
    Table,
)

# By block: the name of its icon in the editor's font, and when to use it.
PURPOSES: dict[type[models.Model], tuple[str, str]] = {
    Section: ("notes", _("The running text: a heading with paragraphs, lists or numbered steps under it.")),
    Callout: ("lightbulb", _("One thing that readers must not miss, in a box.")),
    CareCard: ("emergency", _("When to call 911 or see a doctor today. Every page about care needs one.")),
    DoAndDont: ("rule", _("Two short lists side by side, such as aftercare.")),
    Definition: ("menu_book", _("A word that patients meet, and what it means.")),
    Comparison: ("compare", _("Two or three things side by side, such as dry needling and acupuncture.")),
    Table: ("table_chart", _("Rows and columns of anything else.")),
    Risk: ("grain", _("How often something goes wrong, drawn as dots.")),
    Evidence: ("science", _("What research says for it and against it, and what nobody knows.")),
    Question: ("help_outline", _("A question that patients ask, and the answer.")),
    Figure: ("image", _("A drawing or a picture, with words for those who cannot see it.")),
    CallToAction: ("campaign", _("Invites to ask for an appointment, with the button and the phone.")),
}
HIDDEN = ("ordering", "region")


def _icon(name: str) -> str:
    """The icons are letters in a font: nobody should hear them read out."""
    return format_html('<span class="material-icons" aria-hidden="true">{}</span>', name)


def block_inline(model: type[models.Model]) -> type[ContentEditorInline]:
    """The form of a block inside a page."""
    icon, purpose = PURPOSES[model]
    base = FigureInline if model is Figure else ContentEditorInline
    own = [
        field.name
        for field in model._meta.get_fields()
        if field.concrete and field.name not in ("id", "parent", *HIDDEN)
    ]
    fields = getattr(base, "shown", own)
    return base.create(
        model=model,
        formfield_overrides={models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 5})}},
        formset=KeptFormSet,
        button=_icon(icon),
        fieldsets=[(None, {"fields": [*fields, *HIDDEN], "description": purpose})],
    )


BLOCK_INLINES = [block_inline(model) for model in BLOCKS]
