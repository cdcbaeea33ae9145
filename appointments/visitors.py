"""Who asks: the visitor's address, as far as somebody trusted vouches for it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Whoever has one address of IPv6 has this whole network (RFC 6177).
ONE_CONNECTION = 64


def _read(typed: str) -> Address | None:
    """An address as proxies write it, some with its port; None when it is none."""
    text = typed.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_trusted(address: Address | None) -> bool:
    """Whether `address` is one of TRUSTED_PROXIES."""
    return address is not None and any(address in ipaddress.ip_network(each) for each in settings.TRUSTED_PROXIES)


def _found(request: HttpRequest) -> Address | None:
    """Who connected, or the last hop that trusted proxies did not write about themselves.

    From right to left: each entry of X-Forwarded-For is the word of the hop after it. What stands before an
    entry that nobody trusted wrote may be anybody's invention.
    """
    found = _read(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while hops and is_trusted(found):
        hop = _read(hops.pop())
        if hop is None:
            break
        found = hop
    return found


def address_of(request: HttpRequest) -> str:
    """The visitor's own address; empty when there is none (a Unix socket)."""
    return str(_found(request) or "")


def connection_of(request: HttpRequest) -> str:
    """What limits are counted by: the address, or the whole network that one subscriber has in IPv6."""
    found = _found(request)
    if found is not None and found.version == 6:
        return str(ipaddress.ip_network((found, ONE_CONNECTION), strict=False))
    return str(found or "")
