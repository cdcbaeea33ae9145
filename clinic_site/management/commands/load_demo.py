"""Fills an empty site with a fictional clinic and demo staff."""

import os
import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction

from appointments.models import LocationAccess
from clinic_site.roles import create_roles
from services.demo.load import load_demo_content
from services.models import Clinic, Location

# name, role, slugs of the locations (empty: as the role says)
STAFF = [
    ("frontdesk-denver", "Front desk", ["denver"]),
    ("frontdesk-miami", "Front desk", ["north-miami"]),
    ("editor", "Editor", []),
    ("reviewer", "Reviewer", []),
    ("manager", "Manager", []),
]
ADMINISTRATOR = "admin"


class Command(BaseCommand):
    """Does nothing on a site that has content, so it may run at every start."""

    help = "Load the demo clinic, pages and staff accounts into an empty site."

    def handle(self, *args, **options):
        if Clinic.objects.exists():
            self.stdout.write("The site has content already; nothing loaded.")
            return
        password = os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(12)
        with transaction.atomic():
            pages = load_demo_content()
            self.load_staff(password)
        names = ", ".join([name for name, _role, _slugs in STAFF] + [ADMINISTRATOR])
        self.stdout.write(f"Demo clinic loaded: {pages} pages.")
        self.stdout.write(f"Staff accounts: {names}")
        if not os.environ.get("DEMO_PASSWORD"):
            self.stdout.write(f"Password of all demo accounts (shown once): {password}")

    def load_staff(self, password: str) -> None:
        """Demo accounts with one password."""
        create_roles()
        user_model = get_user_model()
        for name, role, slugs in STAFF:
            user = user_model.objects.create_user(name, f"{name}@clinic.example", password, is_staff=True)
            user.groups.add(Group.objects.get(name=role))
            LocationAccess.objects.bulk_create(
                LocationAccess(user=user, location=location) for location in Location.objects.filter(slug__in=slugs)
            )
        user_model.objects.create_superuser(ADMINISTRATOR, f"{ADMINISTRATOR}@clinic.example", password)
