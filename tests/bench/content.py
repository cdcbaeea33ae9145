"""Content: queries of a page, publishing against saving, the change form, search in many pages, memory of a photo."""

import random
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment
from django.utils import timezone
from PIL import Image

from services import facts, search
from services.models import Page, Publication
from services.models.blocks import Section
from services.publishing import publish
from tests.bench.figures import Figures, medians
from tests.builders import make_clinic, make_page
from tests.photos import as_bytes, camera_exif
from tests.services import editing

TIMES = 15
FEW, MANY = 20, 2_000
TITLE = "Stretch of the neck"
WORDS = (
    "muscle shoulder needle pain stretch neck massage session visit clinician movement rest heat cold walk sleep "
    "posture knee elbow strain nerve joint tendon exercise breath balance evidence risk question answer"
).split()
HOST = {"HTTP_HOST": "127.0.0.1"}


def queries(client: Client, path: str) -> int:
    """How many queries a page costs once the clinic's facts are known."""
    facts.current()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, **HOST).status_code == 200
    return len(captured)


def paragraph(at: random.Random, words: int = 60) -> str:
    """Made-up prose of common words."""
    return " ".join(at.choice(WORDS) for _ in range(words)).capitalize() + "."


def make_long_page(slug: str, blocks: int) -> Page:
    """A page with that many sections."""
    at = random.Random(slug)
    page = make_page(title=slug.capitalize(), slug=slug, kind=Page.Kind.OTHER)
    Section.objects.bulk_create(
        Section(parent=page, region="main", ordering=n, heading=f"Part {n}", text=f"<p>{paragraph(at)}</p>")
        for n in range(20, 20 + blocks - 1)
    )
    return page


def fill(count: int, first: int = 0) -> None:
    """Publications that can be found, numbered from `first`; a tenth have the word `myofascial`."""
    at = random.Random(first)
    page = Page.objects.of_kind(Page.Kind.OTHER).first()
    rows = [
        Publication(
            page=page,
            kind=Page.Kind.OTHER,
            path=f"/filler-{n}/",
            slug=f"filler-{n}",
            title=TITLE if n == 0 else f"{at.choice(WORDS)} {at.choice(WORDS)} {n}".capitalize(),
            summary=paragraph(at, 15),
            body=f"<h2>{at.choice(WORDS)}</h2><p>{paragraph(at, 400)}{' myofascial' * (n % 10 == 0)}</p>",
            starts_at=timezone.now(),
        )
        for n in range(first, first + count)
    ]
    search.index(Publication.objects.bulk_create(rows, batch_size=200))


def pages(figures: Figures, client: Client) -> None:
    """Queries of a public page, however many blocks it has."""
    for blocks in (5, 105):
        page = make_long_page(f"page-with-{blocks}-blocks", blocks)
        publish(page)
        path = page.get_absolute_url()
        figures.at_most(f"public page of {blocks} blocks, not cached", queries(client, path), 2, "queries")


def publishing(figures: Figures, client: Client) -> None:
    """Check and publish a page of 40 blocks, against one save of its form."""
    page = make_long_page("forty", 40)
    form, release = editing.form_url(page), editing.verb_url(page, "release")
    figures.at_most("change form of a page of 40 blocks", queries(client, form), 40, "queries")
    setup_test_environment()  # keeps the contexts of templates, to read the form; would slow what is measured
    data = editing.form_data(client, page)
    teardown_test_environment()
    data["opened_at_version"] = ""  # as opened before the last save: this editor saves again and again
    summaries = iter(range(10_000))

    def save():
        assert client.post(form, data | {"summary": f"Summary {next(summaries)}"}, **HOST).status_code == 302

    def release_it():
        assert client.post(release, {}, **HOST).status_code == 302

    saving, releasing = medians(TIMES, save, release_it)
    assert Publication.objects.live().of_page(page).exists()
    figures.note("saving a page of 40 blocks in the admin", saving * 1000, "ms")
    figures.at_most("checking and publishing it, against that", releasing / saving, 3, "×")


def searching(figures: Figures) -> None:
    """A search in 2,000 pages against the same search in 20."""
    asked = {
        "a word of every page": "muscle",
        "a word of some pages": "myofascial",
        "three words": "shoulder needle pain",
        "a title": TITLE,
        "a misspelled word": "shuolder",
        "a word of no page": "xylophone",
    }
    acts = [lambda words=words: search.search(words) for words in asked.values()]
    fill(FEW)
    few = medians(TIMES, *acts)
    fill(MANY - FEW, FEW)
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE")
    many = medians(TIMES, *acts)
    for name, small, large in zip(asked, few, many, strict=True):
        figures.note(f"search for {name}, {FEW} pages", small * 1000, "ms")
        figures.at_most(f"search for {name}, {MANY:,} pages against {FEW}", large / small, 3, "×")


def picture(figures: Figures) -> None:
    """The peak of a process that takes a photo of 12 megapixels and makes its sizes."""
    upload = Path(settings.VAR_DIR) / "photo.jpg"
    noise = Image.effect_noise((4000, 3000), 80).convert("RGB")  # the hardest photo there is
    upload.write_bytes(as_bytes(noise, exif=camera_exif(6)))
    command = [sys.executable, "-m", "tests.bench.photo", str(upload)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures.at_most("process that keeps a photo of 12 megapixels", int(done.stdout), 300, "MB")


def main() -> None:
    """Measure in an empty database."""
    call_command("migrate", verbosity=0)
    make_clinic()
    client = Client(**HOST)
    client.force_login(get_user_model().objects.create_superuser("admin"))
    figures = Figures(f"Content, {connection.vendor}")
    pages(figures, Client(**HOST))
    publishing(figures, client)
    searching(figures)
    picture(figures)
    figures.end()


if __name__ == "__main__":
    main()
