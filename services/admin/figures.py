"""The form of a figure inside a page: a drawing, or an uploaded picture found by its name."""

from content_editor.admin import ContentEditorInline
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.utils.translation import gettext_lazy as _

from services.admin.images import thumbnail
from services.models.blocks import Figure


class PictureSelect(AutocompleteSelect):
    """Takes the chosen picture from the figure, which has it already: no query for each figure of a page."""

    chosen = None

    def optgroups(self, name, value, attrs=None):
        if self.chosen is None or value != [str(self.chosen.pk)]:
            return super().optgroups(name, value, attrs)
        options = [("", "", False), (self.chosen.pk, str(self.chosen), True)]
        made = [self.create_option(name, *option, index) for index, option in enumerate(options)]
        return [(None, made, 0)]


class FigureForm(forms.ModelForm):
    """Shows the chosen picture without asking for it again."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "image" in self.fields:  # not for those who may only look
            wrapper = self.fields["image"].widget
            wrapper.can_delete_related = False
            wrapper.widget.chosen = self.instance.image


class FigureInline(ContentEditorInline):
    """A figure among the blocks of a page."""

    model = Figure
    form = FigureForm
    autocomplete_fields = ["image"]
    shown = ("drawing", "image", "preview", "alt", "caption")
    readonly_fields = ["preview"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("image")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "image":
            kwargs["widget"] = PictureSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("preview"))
    def preview(self, figure):
        return thumbnail(figure.image)
