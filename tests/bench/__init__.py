"""Benchmarks, run by `make bench`: each measures its own limit in the same run and compares ratios."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
django.setup()
