"""Tables as CSV that a spreadsheet opens without running anything."""

import csv
import io
from collections.abc import Iterable, Iterator

# https://owasp.org/www-community/attacks/CSV_Injection
# With the wide signs of Chinese and Japanese keyboards, which some programs read as the narrow ones.
STARTS_A_FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")
IGNORED_BEFORE = " \ufeff\u00a0"
# Says to spreadsheets that the text is UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def safe_cell(value: object) -> str:
    """The value as text; what a spreadsheet would run as a formula gets an apostrophe in front."""
    text = str(value)
    return f"'{text}" if text.lstrip(IGNORED_BEFORE).startswith(STARTS_A_FORMULA) else text


def csv_lines(rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Rows as RFC 4180, every cell safe, one at a time: for tables of any length."""
    file = io.StringIO()
    file.write(BYTE_ORDER_MARK)
    writer = csv.writer(file)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        yield file.getvalue()
        file.seek(0)
        file.truncate()


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """The same in one piece."""
    return "".join(csv_lines(rows))
