"""Facts in plain texts: `{{ publication.summary|with_facts }}`."""

from django.template import Library

from services import facts, tokens

register = Library()


@register.filter
def with_facts(text: str) -> str:
    """The text with facts in the place of tokens; escaped like any other text."""
    return tokens.plain(text, facts.current())
