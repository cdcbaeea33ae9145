"""Staff accounts are made by an administrator; nobody signs up."""

import ipaddress

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings


def is_trusted(address: str) -> bool:
    """Whether a peer is one of TRUSTED_PROXIES."""
    peer = ipaddress.ip_address(address)
    return any(peer in ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES)


class StaffAccountAdapter(DefaultAccountAdapter):
    """Closes sign-up, and counts failed sign-ins by the visitor's own address."""

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        """The visitor's address for the sign-in throttle: what a trusted proxy says, else who connected."""
        peer = request.META["REMOTE_ADDR"]
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return forwarded if forwarded and is_trusted(peer) else peer
