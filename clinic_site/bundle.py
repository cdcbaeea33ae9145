"""Serves `static/css/*.css`, in the order of their names, as the one stylesheet `site.css`."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, FileSystemFinder
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

NAME = "site.css"


SOURCES = "css/[0-9]*.css"


class StaticFinder(FileSystemFinder):
    """`static/` without the stylesheet's sources: only the bundle is served."""

    def list(self, ignore_patterns):
        """Everything but `SOURCES`."""
        return super().list([*(ignore_patterns or []), SOURCES])


class StylesheetFinder(BaseFinder):
    """One request for the browser, one small file per component for us; no build step."""

    def __init__(self, *args, **kwargs):
        self.folder = Path(settings.BASE_DIR) / "static" / "css"

    def _text(self) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.css")))

    def check(self, **kwargs):
        """Nothing to configure."""
        return []

    def find(self, path, find_all=False, **kwargs):
        """A file holding the bundle as it is now (development only; `collectstatic` uses `list`)."""
        if path != NAME:
            return []
        text = self._text()
        file = Path(settings.VAR_DIR) / "bundle" / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.css"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return [str(file)] if find_all else str(file)

    def list(self, ignore_patterns):
        """The bundle, from a storage that only lives in memory."""
        storage = InMemoryStorage()
        storage.save(NAME, ContentFile(self._text()))
        yield NAME, storage
