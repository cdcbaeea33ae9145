"""Has the database find words in requests without reading them all, and keeps that index fresh by itself.

PostgreSQL: a trigram index on `search_text`. SQLite: a table of its full-text search, with triggers; a migration
that alters a table there makes it anew without its triggers, so `migrate` looks after them each time.
"""

from collections.abc import Iterable

from django.db import DatabaseError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.db.models.expressions import RawSQL

from appointments.search_text import Search

# Tables that have a `search_text`, with the names of their indexes.
INDEXES = {
    "appointments_appointmentrequest": "appointments_request_search",
    "appointments_changedanswers": "appointments_changed_search",
}
EXTENSION = "CREATE EXTENSION IF NOT EXISTS pg_trgm"
# Whether the column is there already, or still.
HAS_TEXT = {
    "postgresql": "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = 'search_text'",
    "sqlite": "SELECT 1 FROM pragma_table_xinfo(%s) WHERE name = 'search_text'",
}


# --- Asking ----------------------------------------------------------------------------------------
def phrases(texts: Iterable[str]) -> str:
    """A query of SQLite's full-text search: each text as it stands, whatever operators it looks like."""
    return " AND ".join('"' + text.replace('"', '""') + '"' for text in texts)


def matching(rows: models.QuerySet, search: Search, is_subquery: bool = False) -> models.QuerySet:
    """Those of `rows` that hold every text looked for. SQLite stops early, in a subquery it does not."""
    if search.digits:
        rows = rows.filter(phone__contains=search.digits)
    if connections[rows.db].vendor != "sqlite":
        return rows.filter(*[Q(search_text__contains=text) for text in search.texts])
    table = rows.model._meta.db_table
    index = INDEXES[table]
    if is_subquery:
        found = RawSQL(f"SELECT rowid FROM {index} WHERE {index} MATCH %s", [phrases(search.texts)])  # noqa: S608, S611
        return rows.filter(pk__in=found)
    joined = [f"{index}.rowid = {table}.id", f"{index} MATCH %s"]
    return rows.extra(tables=[index], where=joined, params=[phrases(search.texts)])  # noqa: S610


# --- Keeping ---------------------------------------------------------------------------------------
def _on_sqlite(table: str, index: str) -> dict[str, str]:
    """The statements that make the index of a table, by the name of what each one makes.

    The texts themselves stay in the table (https://www.sqlite.org/fts5.html#external_content_tables).
    """
    add = f"INSERT INTO {index}(rowid, search_text) VALUES (new.id, new.search_text);"  # noqa: S608
    take = f"INSERT INTO {index}({index}, rowid, search_text) VALUES ('delete', old.id, old.search_text);"  # noqa: S608
    is_other = "old.id IS NOT new.id OR old.search_text IS NOT new.search_text"
    options = f"search_text, content='{table}', content_rowid='id', tokenize='trigram'"
    triggers = {
        "insert": f"AFTER INSERT ON {table} BEGIN {add} END",
        "delete": f"AFTER DELETE ON {table} BEGIN {take} END",
        "update": f"AFTER UPDATE ON {table} WHEN {is_other} BEGIN {take} {add} END",
    }
    return {
        index: f"CREATE VIRTUAL TABLE {index} USING fts5({options})",
        **{f"{index}_{name}": f"CREATE TRIGGER {index}_{name} {rest}" for name, rest in triggers.items()},
    }


def _on_postgresql(table: str, index: str) -> dict[str, str]:
    return {index: f"CREATE INDEX {index} ON {table} USING gin (search_text gin_trgm_ops)"}


def _missing(cursor, vendor: str, table: str, index: str) -> list[str]:
    """The statements that have to be run yet."""
    cursor.execute(HAS_TEXT[vendor], [table])
    if cursor.fetchone() is None:
        return []
    if vendor == "postgresql":
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = %s", [table])
        statements = _on_postgresql(table, index)
    else:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{index}%"])
        statements = _on_sqlite(table, index)
    found = {name for (name,) in cursor.fetchall()}
    return [statement for name, statement in statements.items() if name not in found]


def _put_up(connection: BaseDatabaseWrapper) -> None:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for table, index in INDEXES.items():
            missing = _missing(cursor, connection.vendor, table, index)
            if missing and connection.vendor == "postgresql":
                cursor.execute(EXTENSION)
            for statement in missing:
                cursor.execute(statement)
            if missing and connection.vendor == "sqlite":
                cursor.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608


def put_up(connection: BaseDatabaseWrapper) -> str:
    """Make what is missing of the indexes; words for the operator when PostgreSQL refuses.

    Search finds the same without them, reading every row.
    """
    try:
        _put_up(connection)
    except DatabaseError as error:
        if connection.vendor == "sqlite":
            raise
        reason = str(error).strip().splitlines()[0]
        return f"Search in the inbox will be slow ({reason}): run {EXTENSION} as an administrator, then migrate again."
    return ""


def purge(connection: BaseDatabaseWrapper) -> None:
    """Drop what of erased texts is still in older parts of SQLite's index."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for index in INDEXES.values():
                cursor.execute(f"INSERT INTO {index}({index}) VALUES ('optimize')")  # noqa: S608
