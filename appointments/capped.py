"""Counts that stop: nobody at the desk needs to know whether it is 14,020 or 14,021, and counting them takes long."""

from collections.abc import Iterable

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

CAP = 1000


class Count(int):
    """A number that stands for "more than `CAP`" when it is one more than that."""

    def __str__(self):
        return f"{CAP}+" if self > CAP else str(int(self))


def _query(rows: models.QuerySet) -> tuple[str, tuple]:
    try:
        sql, params = rows.order_by().values("pk")[: CAP + 1].query.sql_with_params()
    except EmptyResultSet:
        return "SELECT 0", ()
    return f"SELECT COUNT(*) FROM ({sql}) AS few", params  # noqa: S608 (the SQL is Django's own)


def _ask(queries: list[tuple[str, tuple]]) -> list[int]:
    with connection.cursor() as cursor:
        numbers = ", ".join(f"({sql})" for sql, _params in queries)
        cursor.execute(f"SELECT {numbers}", [value for _sql, params in queries for value in params])
        return list(cursor.fetchone())


def counts(lists: Iterable[models.QuerySet]) -> list[Count]:
    """How many rows each query set has, in one query."""
    return [Count(number) for number in _ask([_query(rows) for rows in lists])]


def counts_and_newest(lists: Iterable[models.QuerySet], model: type[models.Model]) -> tuple[list[Count], int]:
    """The same, and the highest number of a row of `model`, in one query."""
    newest = f"SELECT COALESCE(MAX(id), 0) FROM {model._meta.db_table}"  # noqa: S608
    *numbers, highest = _ask([*map(_query, lists), (newest, ())])
    return [Count(number) for number in numbers], highest
