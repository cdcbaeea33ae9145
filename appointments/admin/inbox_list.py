"""The list behind the inbox: quick at any size, for it counts no further than `capped.CAP`."""

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator

from appointments import capped
from appointments.admin.inbox_filters import chosen_view
from appointments.admin.inbox_rows import rows_of
from appointments.inbox_views import View, in_view, order_of
from appointments.models import AppointmentRequest


class InboxList(ChangeList):
    """A page of requests with the tabs of the views."""

    def get_ordering(self, request, queryset):
        """That of the view, which an index gives; no column sorts a million rows."""
        return order_of(chosen_view(request), is_span=bool(request.GET.get("age")))

    def get_results(self, request):
        """Every number of the page in one query, then its rows."""
        visible = AppointmentRequest.objects.visible_to(request.user)
        views = [in_view(view, visible, request.user) for view in View]
        (*tabs, self.result_count), self.newest = capped.counts_and_newest([*views, self.queryset], AppointmentRequest)
        self.tabs = [
            {"view": view.value, "label": view.label, "count": count, "is_chosen": view == chosen_view(request)}
            for view, count in zip(View, tabs, strict=True)
        ]
        self.paginator = Paginator(range(min(self.result_count, capped.CAP)), self.list_per_page)
        page = self.paginator.get_page(self.page_num)
        self.page_num = page.number
        first = max(page.start_index() - 1, 0)
        self.result_list = list(self._first_rows(request.user, first + self.list_per_page)[first:])
        self.rows = rows_of(self.result_list, request.user)
        self.multi_page = self.paginator.num_pages > 1
        self.show_full_result_count, self.full_result_count, self.can_show_all = False, None, False
        self.show_admin_actions = bool(self.result_list)
        self.is_filtered = any(spec.value() for spec in self.filter_specs if spec.parameter_name != "view")

    def _first_rows(self, user, count: int):
        """That many rows of the list, in order. Of a short list all are found first, then put in order: an index for
        the order alone may pass over very many rows of others before it comes to them.
        """
        if self.query:
            return self.queryset[:count]
        if self.result_count > capped.CAP:
            return self.queryset.first_rows(user, count)
        found = self.queryset.order_by().values("pk")[: capped.CAP]
        rows = self.apply_select_related(self.model.objects.filter(pk__in=found))
        return rows.order_by(*self.queryset.query.order_by)[:count]

    @property
    def choices(self) -> list[dict]:
        """The filters as fields of a form: [{name, title, options}]."""
        return [
            {
                "name": spec.parameter_name,
                "title": spec.title,
                "options": [(value, label, spec.value() == value) for value, label in spec.lookup_choices],
            }
            for spec in self.filter_specs
            if spec.parameter_name != "view"
        ]

    @property
    def chosen(self) -> str:
        """The view that is shown."""
        return next(tab["view"] for tab in self.tabs if tab["is_chosen"])
