"""Pages in the admin: a section per kind, blocks in order, and the Publish button."""

from content_editor.admin import ContentEditor, ContentEditorInline
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.db.models import Prefetch
from django.forms import CheckboxSelectMultiple
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from js_asset import Media

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
from services.publishing import publish, unpublish


class SourceInline(admin.StackedInline):
    model = Source
    extra = 0
    fields = [("position", "year"), "title", "publisher", "url"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


class AlsoCalledInline(admin.StackedInline):
    model = AlsoCalled
    extra = 0


class AtAGlanceInline(admin.StackedInline):
    model = AtAGlance
    extra = 0


class PageAdmin(ContentEditor):
    """What all kinds share: blocks, review facts, publishing."""

    inlines = [*(ContentEditorInline.create(model=block) for block in BLOCKS), SourceInline]
    prepopulated_fields = {"slug": ["title"]}
    list_display = ["title", "public_state", "reviewed_on", "next_review_on", "updated_at"]
    search_fields = ["title", "summary"]
    change_form_template = "admin/services/page/change_form.html"
    formfield_overrides = {
        models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})},
        # Stock filter_horizontal has a help icon that screen readers cannot name.
        models.ManyToManyField: {"widget": CheckboxSelectMultiple},
    }
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

    def has_delete_permission(self, request, obj=None):
        """Deleting a page in public takes it out of public: for those who may publish."""
        allowed = super().has_delete_permission(request, obj)
        is_live = obj is not None and bool(getattr(obj, "live_publications", []))
        return allowed and (request.user.has_perm("services.add_publication") or not is_live)

    def delete_model(self, request, obj):
        """A deleted page leaves the public first."""
        unpublish(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        """The same for many."""
        for page in queryset:
            unpublish(page)
        super().delete_queryset(request, queryset)

    def get_actions(self, request):
        """Deleting many at once is for those who may publish."""
        actions = super().get_actions(request)
        if not request.user.has_perm("services.add_publication"):
            actions.pop("delete_selected", None)
        return actions

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
