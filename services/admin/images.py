"""Pictures in the admin: upload, words, where they are used."""

import logging
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from services import pictures, renditions
from services.models import KINDS, Image
from services.uploads import EMPTY, clean_copy, prepare
from services.usage import Use, uses_of

logger = logging.getLogger(__name__)

SECTIONS = {model.own_kind: model._meta.model_name for model in KINDS}
ACCEPTED = ",".join(renditions.CONTENT_TYPES.values())  # a phone then converts its own format to one of these


def thumbnail(image: Image | None):
    """The smallest file there is, or the words that it is lost."""
    if image is None:
        return _("Shown after saving.")
    found = pictures.sources(image.key)
    if not found:
        return format_html('<strong class="missing-file">{}</strong>', Image.State.MISSING.label)
    address = found[-1]["srcset"].split()[0]
    return format_html('<img class="thumbnail" src="{}" alt="{}" loading="lazy">', address, image.alt)


class ImageForm(forms.ModelForm):
    """Takes only what `services/uploads.py` can make a clean copy of."""

    class Meta:
        model = Image
        fields = ["title", "file", "alt", "is_decorative"]
        widgets = {
            "file": forms.FileInput(attrs={"accept": ACCEPTED}),
            "alt": forms.Textarea(attrs={"rows": 3, "cols": 60}),
        }
        error_messages = {"file": {"empty": EMPTY, "required": gettext_lazy("Choose a picture.")}}

    def clean_file(self):
        """The clean copy instead of the upload."""
        picture = clean_copy(self.cleaned_data["file"])
        twin = Image.objects.same_as(picture).first()
        if twin:
            text = _("This picture is already here, under the name “%(name)s”. Choose that one.")
            raise ValidationError(text % {"name": twin.title})
        self.instance.take(picture)
        return self.instance.file


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    """A picture is uploaded once; its words may change, its file never does."""

    form = ImageForm
    list_display = ["preview", "title", "words", "size", "state_in_words", "uploaded_at"]
    list_display_links = ["title"]
    list_per_page = 50
    search_fields = ["title", "alt"]
    readonly_fields = ["preview", "size", "state_in_words", "uploaded_at", "used_in"]
    actions = ["make_missing_sizes"]

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["file", "title", "alt", "is_decorative"]
        return ["preview", "title", "alt", "is_decorative", "used_in", "size", "state_in_words", "uploaded_at"]

    def get_actions(self, request):
        """Pictures are deleted one by one, after a look at where they are used."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def changeform_view(self, request, *args, **kwargs):
        """Read an upload before the transaction opens: SQLite has one writer, and this takes a second."""
        if request.method == "POST" and self.has_add_permission(request):
            for upload in request.FILES.values():
                prepare(upload)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        """Make the smaller sizes after the transaction; until then the page shows the picture as it was kept."""
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(self.make_sizes, request, obj))

    def make_sizes(self, request, image: Image) -> int:
        """A fault here leaves the picture as it is, and tells whoever uploaded it."""
        try:
            return image.make_renditions()
        except Exception:  # the picture is stored; a decoder or the disk may raise anything
            logger.exception("cannot make the sizes of picture %s", image.pk)
            text = _("“%(name)s” is kept, but its smaller sizes could not be made. Its state tells what is missing.")
            messages.warning(request, text % {"name": image.title})
            return 0

    @admin.action(description=gettext_lazy("Make the sizes that are missing"), permissions=["change"])
    def make_missing_sizes(self, request, queryset):
        made = sum(self.make_sizes(request, image) for image in queryset)
        messages.success(request, ngettext("%(count)d file made.", "%(count)d files made.", made) % {"count": made})

    def get_deleted_objects(self, objs, request):
        """Pages in draft or in public protect the pictures they show."""
        objects, counts, perms_needed, _protected = super().get_deleted_objects(objs, request)
        return objects, counts, perms_needed, [describe(use) for image in objs for use in uses_of(image)]

    @admin.display(description=gettext_lazy("picture"))
    def preview(self, image):
        return thumbnail(image)

    @admin.display(description=gettext_lazy("text alternative"))
    def words(self, image):
        if image.is_described:
            return image.alt or _("Decorative")
        return format_html('<strong class="missing-file">{}</strong>', _("Needed before publishing"))

    @admin.display(description=gettext_lazy("size"))
    def size(self, image):
        return _("%(width)d × %(height)d pixels") % {"width": image.width, "height": image.height}

    @admin.display(description=gettext_lazy("files"))
    def state_in_words(self, image):
        if image.state == Image.State.READY:
            return image.state.label
        help_text = {
            Image.State.INCOMPLETE: _("Press Save to make them."),
            Image.State.MISSING: _("Pages leave it out. Bring it back from a backup, or choose another picture."),
        }[image.state]
        return format_html('<strong class="missing-file">{}.</strong> {}', image.state.label, help_text)

    @admin.display(description=gettext_lazy("used in"))
    def used_in(self, image):
        rows = [(describe(use),) for use in uses_of(image)]
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", rows)) if rows else _("No page.")


def describe(use: Use):
    """A page by name, and where it shows the picture; links to its form and its public address."""
    states = {_("draft"): use.in_draft, _("in public now"): use.is_live, _("in public later"): use.is_scheduled}
    words = ", ".join(word for word, holds in states.items() if holds)
    section = SECTIONS[use.page.kind] if use.page else ""
    address = reverse(f"admin:services_{section}_change", args=[use.page.pk]) if section else use.path
    return format_html('<a href="{}">{}</a>: {}', address, use.title, words)
