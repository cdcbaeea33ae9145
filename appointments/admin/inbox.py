"""The inbox: which requests a clerk sees, in what order, and what can be done with many of them."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from appointments import search_text
from appointments.admin import audit, bulk, export, inbox_news, kept_view
from appointments.admin.inbox_filters import AgeFilter, LocationFilter, StatusFilter, TreatmentFilter, ViewFilter
from appointments.admin.inbox_list import InboxList
from appointments.models.sort_orders import OPEN_FIRST


class Inbox(admin.ModelAdmin):
    """The list of requests; the page of one is `requests.AppointmentRequestAdmin`."""

    # What a row says: inbox_rows.
    list_display = ["__str__"]
    list_filter = [ViewFilter, LocationFilter, StatusFilter, AgeFilter, TreatmentFilter]
    list_select_related = ["location", "owner", "changed"]
    list_per_page = 50
    show_full_result_count = False
    sortable_by = []
    search_fields = ["search_text"]  # how: get_search_results
    actions = bulk.ACTIONS
    action_form = bulk.BulkForm

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_changelist(self, request, **kwargs):
        return InboxList

    def get_search_results(self, request, queryset, search_term):
        """Requests by name, email, digits of the phone or reference; of very many some, and not in any order."""
        if not search_term:
            return queryset, False
        search = search_text.read(search_term)
        if search.problem:
            messages.warning(request, search.problem)
            return queryset.none(), False
        found = queryset.order_by().find(search_term, search)
        joined = self.model.objects.select_related(*self.list_select_related)
        return joined.filter(pk__in=found).order_by(*OPEN_FIRST), False

    def get_urls(self):
        """Beside the list: what has come meanwhile, the view a clerk keeps, and the list as a file."""
        views = {
            "news": inbox_news.news,
            "keep": kept_view.keep,
            "export": partial(export.export, model_admin=self),
            "export_progress": export.progress,
        }
        own = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"appointments_appointmentrequest_{name}")
            for name, view in views.items()
        ]
        return own + super().get_urls()

    def response_action(self, request, queryset):
        """The ticked rows, wherever they have moved since the page was made: their verbs decide. Never all pages."""
        numbers = [str(number) for number in bulk.chosen(request)[: self.list_per_page]]
        request.POST = request.POST.copy()
        request.POST.setlist(ACTION_CHECKBOX_NAME, numbers)
        request.POST["select_across"] = "0"
        return super().response_action(request, self.get_queryset(request))

    def changelist_view(self, request, extra_context=None):
        """The inbox; who is shown in it goes to the access record."""
        if not request.GET and request.method == "GET" and (query := kept_view.of(request)):
            return redirect(f"{request.path}?{query}")
        may_export = request.user.has_perm("appointments.export_appointmentrequest")
        context = {**(extra_context or {}), "title": _("Inbox"), "may_export": may_export}
        response = super().changelist_view(request, context)
        audit.record_list(request, response)
        return response
