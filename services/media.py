"""Serves the files of pictures: nothing but names that the site itself makes."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from services import renditions

# A file's name stands for its content, so whoever has it need never ask again (RFC 8246).
FOREVER = "public, max-age=31536000, immutable"


@require_safe
def picture(request: HttpRequest, key: str, width: str, extension: str) -> FileResponse:
    """One file of a picture; the address admits hexadecimal keys, widths and our extensions only."""
    try:
        file = (renditions.folder(key) / f"{width}.{extension}").open("rb")
    except OSError as error:
        raise Http404 from error
    headers = {"Cache-Control": FOREVER, "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, content_type=renditions.CONTENT_TYPES[extension], headers=headers)
