"""The zip file: what may be in one, and reading no more of it than that."""

import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services import uploads

FORMAT, VERSION = "clinic-content", 1
MANIFEST = "manifest.json"
PICTURE = re.compile(r"pictures/(?P<checksum>[0-9a-f]{64})\.(?:jpg|png)")
MOST_FILES = 10_000
LONGEST_MANIFEST = 64 * 1024 * 1024
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for much memory
DAMAGED = "The file is damaged or not complete. Copy it anew and try again."


class RefusedError(Exception):
    """The file cannot be imported; `reasons` say why, one sentence each. Nothing was changed."""

    def __init__(self, *reasons: str):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def picture_name(checksum: str, extension: str) -> str:
    """What a picture is called in the zip: its content names it."""
    return f"pictures/{checksum}.{extension}"


def _limit(name: str) -> int:
    return LONGEST_MANIFEST if name == MANIFEST else uploads.MAX_BYTES


def _wrong_entry(entry: zipfile.ZipInfo) -> str:
    name = entry.filename
    if name != MANIFEST and not PICTURE.fullmatch(name):
        return f"The file holds “{name[:100]}”, which no export writes."
    if entry.flag_bits & ENCRYPTED:
        return f"“{name}” is encrypted."
    if entry.compress_type not in METHODS:
        return f"“{name}” is compressed in a way that no export uses."
    if entry.file_size > _limit(name):
        return f"“{name}” is too large: {_limit(name) // 1024 // 1024} MB is the most."
    return ""


def _check(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(names) > MOST_FILES:
        raise RefusedError(f"The file holds more than {MOST_FILES:,} files.")
    wrong = [words for entry in entries[:MOST_FILES] if (words := _wrong_entry(entry))]
    wrong += ["The file holds two files of the same name."] * (len(names) != len(set(names)))
    wrong += [f"The file holds no {MANIFEST}: it is not an export of content."] * (MANIFEST not in names)
    if wrong:
        raise RefusedError(*wrong)


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) != len({name for name, _value in pairs}):
        raise ValueError("a name stands twice")
    return dict(pairs)


class Archive:
    """An open export; nothing of it is ever unpacked to a path that it names."""

    def __init__(self, zip_file: zipfile.ZipFile):
        self._zip = zip_file
        _check(zip_file.infolist())

    def read(self, name: str) -> bytes:
        """One file whole; no more than its limit is ever in memory. Raises `RefusedError`."""
        try:
            with self._zip.open(name) as file:
                content = file.read(_limit(name) + 1)
        except KeyError:
            raise RefusedError(f"“{name}” is missing in the file.") from None
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
            raise RefusedError(DAMAGED) from None
        return content

    def manifest(self) -> dict[str, Any]:
        """What `manifest.json` says; its format and version are known."""
        try:
            found = json.loads(self.read(MANIFEST), object_pairs_hook=_refuse_twins)
        except (ValueError, RecursionError):
            raise RefusedError(f"{MANIFEST} cannot be read as JSON.") from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise RefusedError(f"{MANIFEST} is not that of an export of content.")
        if found.get("version") != VERSION:
            version = str(found.get("version"))[:20]
            raise RefusedError(f"The file is of version {version}; this site reads version {VERSION} only.")
        return found


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The export at `path`. Raises `RefusedError`."""
    try:
        zip_file = zipfile.ZipFile(path)
    except FileNotFoundError:
        raise RefusedError(f"There is no file {path}.") from None
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}.") from None
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise RefusedError(f"{path} is not a zip file, or not complete.") from None
    with zip_file:
        yield Archive(zip_file)


def write(path: Path, manifest: dict[str, Any], pictures: dict[str, Path]) -> None:
    """All of the file or none of it. `pictures`: by their names in the zip, the files to copy."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as zip_file:
            zip_file.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2) + "\n")
            for name, file in pictures.items():
                zip_file.write(file, name, zipfile.ZIP_STORED)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
