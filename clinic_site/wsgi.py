"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
application = get_wsgi_application()

from services import facts  # noqa: E402  its models need the application's set-up above

# Gunicorn loads this once and forks: every process, also one started while the database is down, knows
# the clinic. No process may share another's connection.
facts.current()
connections.close_all()
