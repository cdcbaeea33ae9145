"""Writes the index of search anew."""

from django.core.management.base import BaseCommand

from services import search


class Command(BaseCommand):
    help = "Write the search index anew from what is published: after a restore, or when the rules of search change."

    def handle(self, *args, **options):
        self.stdout.write(f"Indexed {search.rebuild()} publications.")
