"""Django's own, and then the search index made whole: SQLite drops triggers when it makes a table anew."""

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from appointments import search_index


class Command(Migrate):
    """`manage.py migrate`."""

    def handle(self, *args, **options):
        super().handle(*args, **options)
        if trouble := search_index.put_up(connections[options["database"]]):
            self.stderr.write(self.style.WARNING(trouble))
