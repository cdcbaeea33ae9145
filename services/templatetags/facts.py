"""Facts in plain texts: `{{ publication.summary|with_facts }}`."""

from django import template

from services import facts, tokens

register = template.Library()


@register.filter
def with_facts(text: str) -> str:
    """The text with facts in the place of tokens; escaped like any other text."""
    return tokens.plain(text, facts.current())
