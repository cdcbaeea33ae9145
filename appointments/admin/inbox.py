"""The inbox: which requests a clerk sees, in what order, and what a row says."""

from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments import search_text
from appointments.admin import audit, desk
from appointments.admin.inbox_filters import AgeFilter, LocationFilter, StatusFilter, TreatmentFilter, ViewFilter
from appointments.admin.inbox_list import InboxList
from appointments.models.sort_orders import OPEN_FIRST
from appointments.statuses import NEEDS_ACTION


class Inbox(admin.ModelAdmin):
    """The list of requests; the page of one is `requests.AppointmentRequestAdmin`."""

    list_display = ["who", "reach", "contact_by", "owner", "location", "attempts", "status"]
    list_display_links = ["who"]
    list_filter = [ViewFilter, LocationFilter, StatusFilter, AgeFilter, TreatmentFilter]
    list_select_related = ["location", "owner", "changed"]
    list_per_page = 50
    show_full_result_count = False
    sortable_by = []
    search_fields = ["search_text"]  # how: get_search_results
    actions = None

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
        return self.model.objects.filter(pk__in=found).order_by(*OPEN_FIRST), False

    @admin.display(description=gettext_lazy("who"), ordering="full_name")
    def who(self, asked):
        return format_html(
            '<bdi class="who">{}</bdi> <span class="quiet">{}</span>', asked.answers.full_name, asked.display_reference
        )

    @admin.display(description=gettext_lazy("how to reach them"))
    def reach(self, asked):
        return desk.safe_contact(asked)

    @admin.display(description=gettext_lazy("contact by"), ordering="promised_at")
    def contact_by(self, asked):
        text = asked.promise_text or _("No promise: hours are missing")
        if asked.is_overdue:
            return format_html('<span class="overdue">⚠ {}: {}</span>', _("Overdue"), text)
        return text if asked.status in NEEDS_ACTION else format_html('<span class="quiet">{}</span>', text)

    def changelist_view(self, request, extra_context=None):
        """The inbox; who is shown in it goes to the access record."""
        response = super().changelist_view(request, extra_context)
        audit.record_list(request, response)
        return response
