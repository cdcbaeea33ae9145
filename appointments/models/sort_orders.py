"""In which order lists show requests, said alike by queries and by the indexes they read."""

from django.db import models
from django.db.models import F, OrderBy

DUE_FIRST = (F("due_at").asc(nulls_first=True), F("id").asc())
NEWEST_FIRST = (F("created_at").desc(), F("id").desc())
OLDEST_FIRST = (F("created_at").asc(), F("id").asc())
OPEN_FIRST = (F("stage").asc(), F("due_at").asc(nulls_first=True), *NEWEST_FIRST)


class NullsFirstIndex(models.Index):
    """An index with `NULLS FIRST`, which SQLite refuses to read there: its own order is that one."""

    def create_sql(self, model, schema_editor, using="", **kwargs):
        """SQL for this database."""
        if schema_editor.connection.vendor != "sqlite":
            return super().create_sql(model, schema_editor, using, **kwargs)
        orders = [OrderBy(each.expression) if isinstance(each, OrderBy) else each for each in self.expressions]
        plain = models.Index(*orders, name=self.name, condition=self.condition)
        return plain.create_sql(model, schema_editor, using, **kwargs)
