"""Mail as files: one `.eml` per message, whole or not at all."""

import email
import email.policy
import os
import re

import pytest
from django.core.mail import EmailMessage, get_connection

BACKEND = "clinic_site.mail.EmlFileBackend"


@pytest.fixture
def folder(settings, tmp_path):
    """Where mail is written; not made yet."""
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.EMAIL_FILE_PATH


def send(*subjects) -> int:
    messages = [EmailMessage(subject, "Grüße", to=["desk@clinic.example"]) for subject in subjects]
    return get_connection(BACKEND).send_messages(messages)


def read(path):
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def test_every_message_is_a_file_of_its_own(folder):
    assert send("One", "Two") == 2
    assert {read(path)["Subject"] for path in folder.iterdir()} == {"One", "Two"}


def test_a_mail_program_can_open_it(folder):
    send("Grüße aus Denver")
    (path,) = folder.iterdir()
    message = read(path)
    assert re.fullmatch(r"[0-9a-f]{32}\.eml", path.name)
    assert (message["Subject"], message["To"]) == ("Grüße aus Denver", "desk@clinic.example")
    assert message.get_content().strip() == "Grüße"


def test_messages_of_many_runs_stand_side_by_side(folder):
    send("One")
    send("One")
    assert len(list(folder.iterdir())) == 2


def test_no_messages_are_no_files(folder):
    assert send() == 0
    assert list(folder.iterdir()) == []


def test_a_file_appears_only_when_it_is_whole(folder, monkeypatch):
    def crash(source, target):
        raise OSError("power cut")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(OSError, match="power cut"):
        send("One")
    assert list(folder.glob("*.eml")) == []


def test_a_folder_that_cannot_be_written_is_an_error_the_outbox_sees(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "file"
    settings.EMAIL_FILE_PATH.write_text("in the way")
    with pytest.raises(OSError, match="exists"):
        send("One")
