"""Clinic facts, pages with their blocks, and publications."""

from services.models.blocks import BLOCKS
from services.models.clinic import Clinic, Closure, Location, OpeningHours, Recipient
from services.models.frame import Banner, MenuItem
from services.models.images import Image
from services.models.kinds import KINDS, Article, Condition, LocationTreatment, OtherPage, Treatment, form_url
from services.models.pages import AlsoCalled, AtAGlance, Category, Page, Source
from services.models.preview import PreviewLink
from services.models.publication import ImmutableError, Publication, RelatedLink
from services.models.redirect import Redirect
from services.models.review import SignOff
from services.models.search_term import SearchTerm

__all__ = [
    "BLOCKS",
    "KINDS",
    "AlsoCalled",
    "Article",
    "AtAGlance",
    "Banner",
    "Category",
    "Clinic",
    "Closure",
    "Condition",
    "Image",
    "ImmutableError",
    "Location",
    "LocationTreatment",
    "MenuItem",
    "OpeningHours",
    "OtherPage",
    "Page",
    "PreviewLink",
    "Publication",
    "Recipient",
    "Redirect",
    "RelatedLink",
    "SearchTerm",
    "SignOff",
    "Source",
    "Treatment",
    "form_url",
]
