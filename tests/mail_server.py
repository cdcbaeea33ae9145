"""A real SMTP server on this machine that keeps every mail it is given."""

import asyncio
import email
import email.message
import email.policy

from aiosmtpd.controller import Controller

from tests.browser.running_site import free_port


class _Counter:
    """What aiosmtpd hands mails to. It reads every member of this at each connection: nothing else is here."""

    def __init__(self, office: "PostOffice"):
        self._office = office

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Accept: what is kept counts as sent, whether or not its sender lives to read the answer."""
        self._office.envelopes.append(envelope)
        await asyncio.sleep(self._office.seconds)
        return "250 OK"


class PostOffice:
    """Not there yet: `open()` has it answer on `port`, `seconds` late for each mail."""

    def __init__(self, seconds: float = 0):
        self.port, self.seconds = free_port(), seconds
        self.envelopes: list = []
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """As EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Take mail from now on."""
        self._controller = Controller(_Counter(self), hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Take none any more."""
        if self._controller:
            self._controller.stop()

    @property
    def mails(self) -> list[tuple[list[str], email.message.EmailMessage]]:
        """(recipients, mail) of each that came."""
        return [
            (envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default))
            for envelope in list(self.envelopes)
        ]

    def about(self, reference: str) -> list[tuple[list[str], email.message.EmailMessage]]:
        """Those about a request."""
        return [(to, mail) for to, mail in self.mails if f"{reference[:4]}-{reference[4:]}" in mail["Subject"]]
