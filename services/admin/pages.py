"""Pages in the admin: a section per kind, blocks in order, and the Publish button."""

from content_editor.admin import ContentEditor, ContentEditorInline
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from js_asset import Media

from services.admin.figures import FigureInline
from services.models import (
    BLOCKS,
    AlsoCalled,
    Article,
    AtAGlance,
    Condition,
    LocationTreatment,
    OtherPage,
    Publication,
    Source,
    Treatment,
)
from services.models.blocks import Figure
from services.publishing import publish, unpublish


class SourceInline(admin.TabularInline):
    model = Source
    extra = 0
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


class AlsoCalledInline(admin.TabularInline):
    model = AlsoCalled
    extra = 0


class AtAGlanceInline(admin.StackedInline):
    model = AtAGlance
    extra = 0


def block_inline(model) -> type[ContentEditorInline]:
    """The form of a block inside a page."""
    return FigureInline if model is Figure else ContentEditorInline.create(model=model)


class PageAdmin(ContentEditor):
    """What all kinds share: blocks, review facts, publishing."""

    inlines = [*(block_inline(model) for model in BLOCKS), SourceInline]
    prepopulated_fields = {"slug": ["title"]}
    list_display = ["title", "public_state", "reviewed_on", "next_review_on", "updated_at"]
    search_fields = ["title", "summary"]
    filter_horizontal = ["related"]
    change_form_template = "admin/services/page/change_form.html"
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    own_fields: list = []

    def get_fieldsets(self, request, obj=None):
        return [
            (None, {"fields": ["title", "slug", *self.own_fields, "summary", "description"]}),
            (gettext_lazy("Review"), {"fields": ["author", "reviewer", ("reviewed_on", "next_review_on")]}),
            (gettext_lazy("Related pages"), {"fields": ["related"], "classes": ["collapse"]}),
        ]

    def get_queryset(self, request):
        live = Prefetch("publications", Publication.objects.live().without_body(), to_attr="live_publications")
        return super().get_queryset(request).select_related("location", "treatment").prefetch_related(live)

    def render_change_form(self, request, context, *args, **kwargs):
        """Give the editors' import map the nonce that the Content-Security-Policy asks for."""
        response = super().render_change_form(request, context, *args, **kwargs)
        media = Media.from_media(response.context_data["media"], nonce=str(request.csp_nonce))
        can_publish = request.user.has_perm("services.add_publication")
        response.context_data.update(media=media, can_publish=can_publish)
        return response

    @admin.display(description=gettext_lazy("in public"))
    def public_state(self, page):
        for live in page.live_publications:
            return format_html('<a href="{}">{}</a>', live.path, _("Live"))
        return _("Draft")

    def response_change(self, request, obj):
        """After saving: publish or unpublish when that button was pressed."""
        if not request.user.has_perm("services.add_publication"):
            return super().response_change(request, obj)
        if "_publish" in request.POST:
            publication = publish(obj, by=request.user.get_username())
            link = format_html('<a href="{}">{}</a>', publication.path, publication.title)
            messages.success(request, format_html(_("Published: {}. It is in public now."), link))
        elif "_unpublish" in request.POST:
            unpublish(obj)
            messages.success(request, _("Taken out of public. The draft is kept."))
        else:
            return super().response_change(request, obj)
        return HttpResponseRedirect(reverse(f"admin:services_{self.opts.model_name}_change", args=[obj.pk]))


@admin.register(Treatment)
class TreatmentAdmin(PageAdmin):
    """Treatment pages."""

    inlines = [AtAGlanceInline, AlsoCalledInline, *PageAdmin.inlines]


@admin.register(Condition)
class ConditionAdmin(PageAdmin):
    """Condition pages."""

    inlines = [AlsoCalledInline, *PageAdmin.inlines]


@admin.register(Article)
class ArticleAdmin(PageAdmin):
    """Dated articles."""

    own_fields = ["dated", "categories"]
    filter_horizontal = ["categories", "related"]
    list_display = ["title", "dated", *PageAdmin.list_display[1:]]

    def get_changeform_initial_data(self, request):
        return {"dated": timezone.localdate(), **super().get_changeform_initial_data(request)}


@admin.register(LocationTreatment)
class LocationTreatmentAdmin(PageAdmin):
    """A treatment at one location."""

    own_fields = ["location", "treatment"]
    list_display = ["title", "location", *PageAdmin.list_display[1:]]


@admin.register(OtherPage)
class OtherPageAdmin(PageAdmin):
    """About, first visit, notices."""
