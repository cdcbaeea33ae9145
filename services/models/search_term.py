"""The index of search: which word stands in which publication, and how much that says."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.models.publication import Publication


class SearchTermQuerySet(models.QuerySet):
    def of_ended(self, at: datetime.datetime):
        """Terms of publications that left the public by `at`."""
        # By primary keys: a join here makes the DELETE join the table with itself, for minutes on PostgreSQL.
        return self.filter(publication__in=Publication.objects.ended(at))


class SearchTerm(models.Model):
    """A stem, or `=` and all stems of a title or name, that finds a publication. Written by `services/search.py`."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="terms")
    term = models.CharField(max_length=200)
    weight = models.PositiveIntegerField()

    objects = SearchTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")
        ordering = ["pk"]
        # Publication.objects.matching(): by term
        constraints = [
            models.UniqueConstraint(fields=["term", "publication"], name="search_term_once_per_publication")
        ]

    def __str__(self):
        return self.term
