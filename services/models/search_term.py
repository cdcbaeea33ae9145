"""The index of search: which word stands in which publication, and how much that says."""

import datetime

from django.db import models
from django.db.models import Count, F, Q, Sum, Window
from django.utils.translation import gettext_lazy as _

from services.models.publication import Publication


class SearchTermQuerySet(models.QuerySet):
    def of_ended(self, at: datetime.datetime):
        """Terms of publications that left the public by `at`."""
        # By primary keys: a join here makes the DELETE join the table with itself, for minutes on PostgreSQL.
        return self.filter(publication__in=Publication.objects.ended(at))

    def in_public(self):
        """Terms of what the public can read now."""
        # A subquery reads a narrow index; a join would read every publication with its body. Of a sum SQLite
        # cannot look up each publication for each term, which are a million when a word is misspelled.
        live = Publication.objects.live().at_active_locations().values("pk")
        return self.alias(whose=F("publication_id") + 0).filter(whose__in=live)

    def matching(self, terms: list[str], whole: str):
        """{publication, found, score, equals} of what has any of these terms: most terms first, then most weight.

        `whole` is the term of a title or name that is all of the query; `equals` counts those with as many terms.
        """
        found = Count("pk", filter=~Q(term=whole))
        return (
            self.filter(term__in=[*terms, whole])
            .values("publication")
            .annotate(found=found, score=Sum("weight"), equals=Window(Count("*"), partition_by=F("found")))
            .order_by("-found", "-score", "publication")
        )

    def known(self, terms: list[str]):
        """Those of these terms that find anything, the ones that say most first."""
        found = self.filter(term__in=terms).values_list("term", flat=True)
        return found.alias(total=Sum("weight")).order_by("-total", "term")


class SearchTerm(models.Model):
    """A stem, or `=` and all stems of a title or name, that finds a publication. Written by `services/search.py`."""

    # The constraint begins with it: no index of its own is needed.
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="terms", db_index=False)
    term = models.CharField(max_length=200)
    weight = models.PositiveIntegerField()

    objects = SearchTermQuerySet.as_manager()

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["publication", "term"], name="search_term_of_publication_once")]
        # matching() and known() read nothing but this
        indexes = [models.Index(fields=["term", "publication", "weight"], name="search_term_weight")]

    def __str__(self):
        return self.term
