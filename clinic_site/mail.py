"""Mail as files: one `.eml` per message, for trying the site without a mail server."""

import os
import uuid
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class EmlFileBackend(BaseEmailBackend):
    """Writes each message to a file of its own under EMAIL_FILE_PATH; any mail program opens it."""

    def send_messages(self, email_messages):
        """Returns how many were written; a file appears whole or not at all. Raises `OSError`."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = uuid.uuid4().hex
            unfinished = folder / f".{name}"
            unfinished.write_bytes(message.message().as_bytes())
            os.replace(unfinished, folder / f"{name}.eml")
        return len(email_messages)
