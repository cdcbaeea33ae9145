"""Numbness may be an emergency: whoever names it says so."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from services.pagecheck.values import Finding, Level, PageText

NUMB = re.compile(r"\bnumb(?:ness|ed|ing|s)?\b", re.I)
ADVICE = re.compile(r"\bcheck-?ups?\b|\b(?:checked|examined?|911|emergency|doctor)\b", re.I)


def numbness_comes_with_urgent_words(page: PageText) -> Iterator[Finding]:
    """A page that names numbness says that it needs a check-up, and shows the emergency card."""
    texts = [text for part in page.parts if part.block != "carecard" for text in part.texts]
    about = [text for text in (*page.head, *page.glance, *texts) if NUMB.search(text.words)]
    is_advised = any(ADVICE.search(text.words) for text in about)
    if about and not (is_advised and any(part.is_emergency for part in page.parts)):
        text = _("Say here that numbness or weakness needs a check-up, and add the emergency care card.")
        quote = NUMB.search(about[0].words)[0]
        yield Finding("numbness-without-urgent-help", Level.WARNING, text, about[0].where, quote)
