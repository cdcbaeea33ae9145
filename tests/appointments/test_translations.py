"""The Spanish texts themselves: complete, up to date, compiled, and with the same gaps as the English ones (R10)."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from clinic_site.management.commands.collect_messages import PATIENTS_SIDE, is_for_patients

ROOT = Path(settings.BASE_DIR)
CATALOGUE = Path("clinic_site/locale/es/LC_MESSAGES")
GAP = re.compile(r"%(?:\(\w+\))?[sd]|(?<!%)\{\w+\}|</?\w+>")
FOLDERS = ("appointments", "clinic_site", "services", "templates")


def read(path: Path) -> dict:
    """Text by text what a compiled catalogue holds; forms of a plural by (text, number)."""
    with path.open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {key: words for key, words in catalogue.items() if key}


TEXTS = read(ROOT / CATALOGUE / "django.mo")


PAIRS = [(key[0] if isinstance(key, tuple) else key, words) for key, words in TEXTS.items()]


def test_r10_a_translation_has_the_gaps_and_tags_of_its_text():
    def gaps(text: str) -> list[str]:
        return sorted(GAP.findall(text.rpartition("\x04")[2]))

    assert [text for text, words in PAIRS if gaps(text) != gaps(words)] == []


def test_r10_a_translation_ends_as_its_text_does():
    """A sentence stays a sentence, a label a label."""
    different = [text for text, words in PAIRS if (text[-1] in ".?:") != (words[-1] in ".?:")]
    assert sorted(different) == ["am", "pm"]


def test_r10_nobody_is_addressed_with_tu():
    familiar = re.compile(r"\b(tu|tus|tú|te|ti|contigo|puedes|tienes|quieres)\b")
    assert [words for _text, words in PAIRS if familiar.search(words.lower())] == []


@pytest.mark.parametrize("pattern", PATIENTS_SIDE)
def test_every_pattern_of_the_patients_side_names_a_file(pattern):
    assert list(ROOT.glob(pattern))


@pytest.mark.parametrize("folder", ["templates/appointments", "templates/clinic"])
def test_r10_every_template_for_patients_is_translated(folder):
    paths = [str(path.relative_to(ROOT)) for path in (ROOT / folder).glob("*.html")]
    assert [path for path in paths if not is_for_patients(path)] == []


@pytest.mark.gettext
def test_r10_the_compiled_texts_are_those_of_the_source(tmp_path):
    compiled = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check", "-o", compiled, ROOT / CATALOGUE / "django.po"], check=True)
    assert read(compiled) == TEXTS


@pytest.mark.gettext
def test_r10_every_text_of_the_patients_side_is_translated(tmp_path):
    """Collected anew, in a copy, nothing is missing and nothing is left over. Else: `manage.py collect_messages`."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", tmp_path)
    environment = {**os.environ, "VAR_DIR": str(tmp_path / "var")}
    collect = [sys.executable, "manage.py", "collect_messages"]
    subprocess.run(collect, cwd=tmp_path, env=environment, check=True, capture_output=True)
    collected = tmp_path / CATALOGUE / "django.po"
    missing = subprocess.run(["msgattrib", "--untranslated", collected], check=True, capture_output=True, text=True)
    assert re.findall(r"^msgid .+", missing.stdout, re.MULTILINE) == []
    assert read(tmp_path / CATALOGUE / "django.mo") == TEXTS
