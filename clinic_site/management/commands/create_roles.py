"""Makes the staff roles."""

from django.core.management.base import BaseCommand

from clinic_site.roles import ROLES, create_roles


class Command(BaseCommand):
    """Safe to run at every deployment."""

    help = "Create the staff roles (groups), or bring their permissions up to date."

    def handle(self, *args, **options):
        create_roles()
        self.stdout.write(f"Roles: {', '.join(ROLES)}.")
