"""Where the page goes: nobody is pushed out of their place unseen."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from services.pagecheck.values import Finding, Level, PageText


def address_is_free(page: PageText) -> Iterator[Finding]:
    """A page that was renamed keeps its old address in public until it is published again."""
    if page.address_held_by:
        message = _(
            "“{title}” is in public or scheduled at this address. Choose another address, "
            "or first publish that page at its new address or take it out."
        )
        yield Finding("address-taken", Level.ERROR, message.format(title=page.address_held_by), "id_slug", page.slug)
