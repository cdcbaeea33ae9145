"""Keeps the photo of the path it is given, as a web process does, and prints its own peak of memory in MB."""

import sys
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from services import renditions
from services.uploads import clean_copy

KB_PER_MB = 1024
KEY = "0" * 32


def peak() -> int:
    """The most this process held resident (proc(5), VmHWM); getrusage() would count its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // KB_PER_MB


def keep(upload: Path) -> None:
    """Clean copy and every size of it."""
    picture = clean_copy(SimpleUploadedFile(upload.name, upload.read_bytes()))
    folder = renditions.folder(KEY)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{picture.width}.{picture.extension}").write_bytes(picture.content)
    renditions.make(KEY, picture.width, picture.extension)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
    print(peak())
