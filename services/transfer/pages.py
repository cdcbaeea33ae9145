"""The records of pages in a manifest."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models

from services.models import BLOCKS, AlsoCalled, AtAGlance, Image, Page, SignOff, Source
from services.models.blocks import Figure
from services.transfer.export import block_values, page_key, page_values
from services.transfer.pictures import Staged
from services.transfer.values import Values, items, refuse_twice, row_of, text, without

OF_A_PAGE = "at_a_glance also_called categories related sources blocks location treatment in_public sign_off".split()
BLOCK_MODELS = {model._meta.model_name: model for model in BLOCKS}
LOCATED = Page.Kind.LOCATION_TREATMENT


@dataclass
class PageDraft:
    """A page as it arrives, with everything that belongs to it; other rows by name."""

    row: Page
    panel: AtAGlance | None
    names: list[str]
    sources: list[Source]
    blocks: list[models.Model]
    pictures: list[str]  # beside `blocks`: the picture's name in the zip, or ""
    categories: list[str]
    related: set[str]
    location: str = ""
    treatment: str = ""
    in_public: bool = False
    sign_off: SignOff | None = None

    @property
    def key(self) -> str:
        return page_key(self.row.kind, self.row.slug, self.location)

    def values(self, pictures: Mapping[str, Staged]) -> Values:
        """As an export would write the page once it is here."""
        names = [pictures[name].name if name else "" for name in self.pictures]
        blocks = [block_values(block, name) for block, name in zip(self.blocks, names, strict=True)]
        rest = self.categories, self.related, self.location, self.treatment
        return page_values(self.row, self.panel, self.names, self.sources, blocks, *rest)


def _block(
    data: Values, where: str, pictures: Mapping[str, Image], problems: list[str]
) -> tuple[models.Model | None, str]:
    kind = text(data, "block", where, problems)
    if kind not in BLOCK_MODELS:
        problems.append(f"{where}: this site knows no block “{kind[:40]}”.")
        return None, ""
    picture = text(data, "picture", where, problems)
    before = len(problems)
    block = row_of(BLOCK_MODELS[kind], without(data, "block", "picture"), f"{where} ({kind})", problems)
    if picture and picture not in pictures:
        problems.append(f"{where} ({kind}): the file names no picture {picture[:100]}.")
    elif isinstance(block, Figure) and len(problems) == before:
        block.image = pictures.get(picture)
        _clean_figure(block, f"{where} ({kind})", problems)
    elif picture and not isinstance(block, Figure):
        problems.append(f"{where} ({kind}): only a figure shows a picture.")
    return block, picture


def _clean_figure(figure: Figure, where: str, problems: list[str]) -> None:
    try:
        figure.clean()
    except ValidationError as error:
        problems += [f"{where}: {message}" for message in error.messages]


def read_page(data: Values, pictures: Mapping[str, Image], problems: list[str]) -> PageDraft:
    """One page's record; `pictures` by their names in the zip."""
    location = text(data, "location", "Page", problems)
    key = page_key(str(data.get("kind"))[:40], str(data.get("slug"))[:80], location[:60])
    where = f"Page {key}"
    found = [
        _block(row, f"{where}, block {n}", pictures, problems)
        for n, row in enumerate(items(data, "blocks", where, problems), 1)
    ]
    panel, sign_off = data.get("at_a_glance"), data.get("sign_off")
    sources = items(data, "sources", where, problems)
    draft = PageDraft(
        row=row_of(Page, without(data, *OF_A_PAGE), where, problems),
        panel=None if panel is None else row_of(AtAGlance, panel, f"{where}, at a glance", problems),
        names=_names(data, where, problems),
        sources=[row_of(Source, row, f"{where}, source {n}", problems) for n, row in enumerate(sources, 1)],
        blocks=[block for block, _picture in found if block],
        pictures=[picture for block, picture in found if block],
        categories=items(data, "categories", where, problems, str),
        related=set(items(data, "related", where, problems, str)),
        location=location,
        treatment=text(data, "treatment", where, problems),
        in_public=data.get("in_public") is True,
        sign_off=None if sign_off is None else row_of(SignOff, sign_off, f"{where}, sign-off", problems),
    )
    refuse_twice([source.position for source in draft.sources], f"{where}, sources", problems)
    problems += [f"{where}: {words}" for words in _misplaced(draft)]
    return draft


def _names(data: Values, where: str, problems: list[str]) -> list[str]:
    names = items(data, "also_called", where, problems, str)
    refuse_twice(names, f"{where}, also called", problems)
    return [row_of(AlsoCalled, {"name": name}, f"{where}, also called", problems).name for name in names]


def _misplaced(draft: PageDraft) -> list[str]:
    """What the admin would refuse of kind, address, place and date."""
    page = draft.row
    if page.kind not in Page.Kind.values:
        return [f"this site knows no page of the kind “{str(page.kind)[:40]}”."]
    found = []
    if page.slug in Page.RESERVED_BY_KIND.get(page.kind, ()):
        found.append(f"the site itself uses the address “{page.slug}”.")
    if (page.kind == LOCATED) != bool(draft.location and draft.treatment) or bool(draft.location) != bool(
        draft.treatment
    ):
        found.append("a treatment at a location names both, and no other page does.")
    if (page.kind == Page.Kind.ARTICLE) != bool(page.dated):
        found.append("an article has a date, and no other page has one.")
    return found
