"""Logs in JSON that name a request by its id and never carry what a patient typed."""

import logging
import re
import traceback
from contextvars import ContextVar

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="-")
# The path of a patient's own page is its key; so are those of an invitation and of a draft that is shared.
SECRET_PATH = re.compile(r"(/my-request/|/accounts/set-password/|/preview/)[^/\s\"']+")
# What somebody searched for is nobody's business; `runserver` writes whole request lines.
QUERY_STRING = re.compile(r"(\b(?:GET|HEAD|POST) /[^\s?]*)\?\S*")
# Django attaches the whole HttpRequest to some records: its representation holds the query string.
NOT_LOGGED = ("request", "params", "sql", "server_time")


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to every record; Django logs 4xx answers when the request is already over."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "log_id", request_id.get())
        return True


class PrivateJsonFormatter(JsonFormatter):
    """Writes where and of which type an exception was, not its message: that may quote the form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, reserved_attrs=[*RESERVED_ATTRS, *NOT_LOGGED], **kwargs)

    def formatException(self, exc_info):  # noqa: N802
        """`ValueError at forms.py:12 in clean < views.py:30 in send`, innermost first."""
        if exc_info[0] is None:  # logged as an exception where there was none
            return ""
        frames = reversed(traceback.extract_tb(exc_info[2]))
        places = " < ".join(f"{frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
        return f"{exc_info[0].__name__} at {places}"

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        return QUERY_STRING.sub(r"\1", SECRET_PATH.sub(r"\1…", super().format(record)))
