"""Facts come from records: tokens that exist, and no phone typed by hand."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from services.pagecheck.reading import TOKEN
from services.pagecheck.values import Finding, Level, PageText

# Ten digits in the groups Americans write, or an international number; neither a DOI nor part of a longer number.
PHONE = re.compile(
    r"(?<![\w./+-])(?:\+?1[-. ]{0,2})?(?:\(\d{3}\)[-. ]{0,2}|\d{3}[-. ]{1,2})\d{3}[-. ]{1,2}\d{4}(?![\w/-])"
    r"|(?<![\w./-])\+\d[\d ]{9,16}\d(?!\w)|(?<![\w./-])[2-9]\d{9}(?!\w)"
)
HALF_TOKEN = re.compile(r"\[\[[^\[\]]{0,30}")


def facts_exist(page: PageText) -> Iterator[Finding]:
    """A token names a fact the site has; any other would leave a hole in the page."""
    for text in page.texts:
        for match in TOKEN.finditer(text.words):
            if match[1] not in page.known_facts:
                message = _("There is no fact “{name}”. Use one of these: {known}.")
                message = message.format(name=match[1], known=", ".join(sorted(page.known_facts)[:12]))
                yield Finding("unknown-fact", Level.ERROR, message, text.where, match[0])
            elif match[0] not in text.html:
                message = _("This fact holds bold type, a link or extra blanks. Delete it and type it anew.")
                yield Finding("broken-fact", Level.ERROR, message, text.where, match[0])
        if half := HALF_TOKEN.search(TOKEN.sub("", text.words)):
            message = _("A fact starts here and does not end. Close it with two square brackets.")
            yield Finding("broken-fact", Level.ERROR, message, text.where, half[0])


def facts_stand_where_they_are_filled(page: PageText) -> Iterator[Finding]:
    """A title names the page in lists, mails, the history and a patient's request: it is stored as it was typed."""
    for text in page.texts:
        if not text.takes_facts and (match := TOKEN.search(text.words)):
            message = _(
                "A title names the page in lists and mails, where no fact is filled. Write the words themselves."
            )
            yield Finding("misplaced-fact", Level.ERROR, message, text.where, match[0])


def no_phone_is_typed(page: PageText) -> Iterator[Finding]:
    """A typed number stays as it is when the clinic's number changes."""
    known = {_digits(number): token for number, token in page.known_phones.items()}
    for text in page.texts:
        addresses = (link.href or "" for link in text.markup.links if (link.href or "").startswith("tel:"))
        typed = [match[0] for match in PHONE.finditer(text.words)]
        typed += [number for href in addresses if (number := href.removeprefix("tel:"))]
        for number in {_digits(each): each for each in typed}.values():
            yield _typed_phone(text.where, number, known.get(_digits(number)))


def _typed_phone(where: str, number: str, token: str | None) -> Finding:
    if token:
        message = _("Write {token} in place of the number, so that it is right when the number changes.")
        return Finding("typed-phone", Level.WARNING, message.format(token=token), where, number)
    message = _("This number is not in the clinic's records. If it is ours, write a fact such as [[phone]] instead.")
    return Finding("unknown-phone", Level.WARNING, message, where, number)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number).removeprefix("1")
