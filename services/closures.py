"""Fills a location's table of closures with public holidays, which staff then edit."""

from collections.abc import Iterable

import holidays

from services.models import Closure, Location


def prefill(location: Location, years: Iterable[int]) -> int:
    """Add the federal holidays of `years` as closed days; dates already listed stay as they are.

    Federal ones only: the state lists of `holidays` drop some observed dates. Returns how many were added.
    """
    listed = set(location.closures.values_list("date", flat=True))
    federal = holidays.country_holidays("US", years=list(years))
    new = [
        Closure(location=location, date=date, name=name)
        for date, name in sorted(federal.items())
        if date not in listed
    ]
    Closure.objects.bulk_create(new)
    return len(new)
