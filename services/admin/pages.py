"""Pages in the admin: a section per kind, blocks in order, and the Publish button."""

from content_editor.admin import ContentEditor
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from js_asset import Media
from reversion import get_comment, is_active, set_comment
from reversion.admin import VersionAdmin
from reversion.models import Version

from services.admin import editing, state
from services.admin.blocks import BLOCK_INLINES
from services.admin_forms import PageForm
from services.fingerprint import is_minor, words
from services.formsets import KeptFormSet, SourceForm, SourceFormSet
from services.history import lines_of
from services.models import (
    AlsoCalled,
    Article,
    AtAGlance,
    Condition,
    LocationTreatment,
    OtherPage,
    Page,
    Source,
    Treatment,
)
from services.publishing import unpublish
from services.review import carry_over, valid_sign_off


class SourceInline(admin.StackedInline):
    model = Source
    form = SourceForm
    formset = SourceFormSet
    extra = 0
    fields = [("position", "year"), "title", "publisher", "url"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


class AlsoCalledInline(admin.StackedInline):
    model = AlsoCalled
    formset = KeptFormSet
    extra = 0


class AtAGlanceInline(admin.StackedInline):
    model = AtAGlance
    formset = KeptFormSet
    extra = 0


class PageAdmin(VersionAdmin, ContentEditor):
    """What all kinds share: blocks, history, publishing."""

    form = PageForm
    object_history_template = "admin/services/page/history.html"
    revision_form_template = "admin/services/page/revision_form.html"
    recover_form_template = "admin/services/page/recover_form.html"
    history_latest_first = True
    readonly_fields = ["reviewer", "reviewed_on", "next_review_on"]

    inlines = [*BLOCK_INLINES, SourceInline]
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
            (None, {"fields": ["title", "slug", *self.own_fields, "summary", "description", "opened_at_version"]}),
            (
                gettext_lazy("Author and review"),
                {
                    "fields": ["author", "owner", "reviewer", ("reviewed_on", "next_review_on"), "is_minor_edit"],
                    "classes": ["collapse"],
                },
            ),
            (gettext_lazy("Related pages"), {"fields": ["related"], "classes": ["collapse"]}),
        ]

    def get_queryset(self, request):
        pages = super().get_queryset(request).select_related("location", "treatment")
        return pages.prefetch_related(state.prefetch())

    def render_change_form(self, request, context, *args, **kwargs):
        """Give the editors' import map the nonce that the Content-Security-Policy asks for."""
        response = super().render_change_form(request, context, *args, **kwargs)
        media = Media.from_media(response.context_data["media"], nonce=str(request.csp_nonce))
        can_publish = request.user.has_perm("services.add_publication")
        response.context_data.update(media=media, can_publish=can_publish, is_page=True)
        response.context_data["show_save_and_add_another"] = False
        formsets = [inline.formset for inline in context["inline_admin_formsets"]]
        response.context_data.update(state.of_form(context.get("original"), context["adminform"].form, formsets))
        return response

    @admin.display(description=gettext_lazy("in public"))
    def public_state(self, page):
        return state.in_short(page)

    def has_delete_permission(self, request, obj=None):
        """Deleting a page that is in public or scheduled takes it out: for those who may publish."""
        allowed = super().has_delete_permission(request, obj)
        is_ahead = obj is not None and state.is_ahead(obj)
        return allowed and (request.user.has_perm("services.add_publication") or not is_ahead)

    def get_actions(self, request):
        """Deleting many at once is for those who may publish."""
        actions = super().get_actions(request)
        if not request.user.has_perm("services.add_publication"):
            actions.pop("delete_selected", None)
        return actions

    def get_urls(self):
        """Check and publish, sign, preview, share, compare."""
        return editing.urls(self) + super().get_urls()

    def save_form(self, request, form, change):
        """Remember the text before the edit, for telling whether a minor edit is minor."""
        if change and form.cleaned_data.get("is_minor_edit"):
            form.before = words(form.stored), valid_sign_off(form.stored)
        return super().save_form(request, form, change)

    def save_related(self, request, form, formsets, change):
        """Carry the sign-off over a minor edit, once the blocks are saved."""
        super().save_related(request, form, formsets, change)
        text, earlier = getattr(form, "before", (None, None))
        if earlier is None:
            return
        if is_minor(text, words(form.instance)):
            carry_over(form.instance, earlier, request.user)
        else:
            messages.warning(request, _("This edit is too large to be minor: the page needs a new sign-off."))

    def delete_model(self, request, obj):
        """A deleted page leaves the public first; its history stays and it can be recovered."""
        unpublish(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        """The same for many."""
        for page in queryset:
            unpublish(page)
        super().delete_queryset(request, queryset)

    def log_change(self, request, obj, message):
        """The history names its author even when the account is gone."""
        entry = super().log_change(request, obj, message)
        if is_active():
            set_comment(f"{request.user.get_username()}: {get_comment()}")
        return entry

    def history_view(self, request, object_id, extra_context=None):
        """Every version, to open and to compare."""
        page = self.get_object(request, object_id)
        rows = editing.history_rows(self, list(self.versions_of(page))) if page else []
        return super().history_view(request, object_id, {**(extra_context or {}), "versions": rows})

    def versions_of(self, page):
        """The page's stored versions, newest first."""
        return Version.objects.get_for_object_reference(Page, page.pk).select_related("revision__user")

    def lines_of(self, version) -> list:
        """A version with its blocks, line by line."""
        return lines_of(version)

    def response_change(self, request, obj):
        """After saving: publish, or go to the page that says what hinders it.

        Who may not publish has saved a draft, whatever button the form claims was pressed.
        """
        if "_publish" in request.POST and request.user.has_perm(editing.PUBLISH):
            if editing.publish_or_say_why(request, obj):
                return editing.change_page(self, obj)
            return editing.release_page(self, obj)
        if "_release" in request.POST:
            return editing.release_page(self, obj)
        return super().response_change(request, obj)


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
