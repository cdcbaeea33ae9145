"""House rules of the code, read from the code itself (docs: architecture).

A rule yields the lines that break it, with what is wrong; its test names them all by file and line.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("services", "appointments", "clinic_site")
# Which apps an app may import.
MAY_IMPORT = {"services": set(), "appointments": {"services"}, "clinic_site": {"services", "appointments"}}
BANNED_NAMES = {"utils", "util", "helpers", "helper", "services", "common", "misc", "signals", "base", "core", "lib"}
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}
READS_VARIABLE = re.compile(r"(environment\.\w+|os\.environ\.get|os\.getenv)$")

CODE = sorted(
    path for app in (*APPS, "tests") for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts
)
CODE += [ROOT / "manage.py", ROOT / "gunicorn.conf.py"]
OURS = [path for path in CODE if path.relative_to(ROOT).parts[0] != "tests"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "mail" not in path.relative_to(ROOT).parts]
STATIC = sorted(path for kind in ("css", "js") for path in (ROOT / "static").rglob(f"*.{kind}"))

# Lines that break a rule, and how.
Breaches = Iterator[tuple[int, str]]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def no_file_breaks(rule: Callable[[Path], Breaches], paths: list[Path]) -> None:
    """Fails with every breach, as `file:line: what`."""
    assert paths, "a rule about no file proves nothing"
    found = [f"{name_of(path)}:{line}: {what}" for path in paths for line, what in rule(path)]
    assert not found, "\n".join(found)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(tree(path)))


def imports(found: Iterable[ast.AST]) -> Breaches:
    """Line and name of each module imported by those nodes."""
    for node in found:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def calls(path: Path) -> list[ast.Call]:
    return [node for node in nodes(path) if isinstance(node, ast.Call)]


def matches(pattern: str, path: Path) -> Breaches:
    """Line and text of each place in a file that the pattern fits."""
    text = path.read_text()
    for match in re.finditer(pattern, text):
        yield text.count("\n", 0, match.start()) + 1, match[0]


# --- Modules ---------------------------------------------------------------------------------------
def imports_the_wrong_way(path: Path) -> Breaches:
    app = path.relative_to(ROOT).parts[0]
    forbidden = {*APPS, "tests"} - MAY_IMPORT.get(app, {"clinic_site"}) - {app}
    return ((line, name) for line, name in imports(nodes(path)) if name.partition(".")[0] in forbidden)


def test_imports_run_one_way():
    no_file_breaks(imports_the_wrong_way, OURS)


def imports_inside_or_relative(path: Path) -> Breaches:
    functions = [node for node in nodes(path) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if path.name != "apps.py":
        yield from (found for function in functions for found in imports(ast.walk(function)))
    yield from ((line, name) for line, name in imports(nodes(path)) if name.startswith("."))


def test_imports_are_absolute_and_on_top():
    no_file_breaks(imports_inside_or_relative, CODE)


def banned_name(path: Path) -> Breaches:
    if path.stem in BANNED_NAMES:
        yield 1, path.stem


def test_a_module_is_named_for_what_it_does():
    no_file_breaks(banned_name, CODE)


def no_first_line(path: Path) -> Breaches:
    docstring = ast.get_docstring(tree(path))
    if path.stat().st_size and not (docstring and docstring.splitlines()[0].endswith((".", ":"))):
        yield 1, "does not say what the module is"


def test_a_module_says_in_its_first_line_what_it_is():
    no_file_breaks(no_first_line, CODE)


def imports_signals(path: Path) -> Breaches:
    for line, name in imports(nodes(path)):
        if "signals" in name or name.startswith("django.dispatch"):
            yield line, name


def test_nothing_happens_behind_signals():
    no_file_breaks(imports_signals, OURS)


def vague_classes(path: Path) -> Breaches:
    classes = [node for node in nodes(path) if isinstance(node, ast.ClassDef)]
    return ((node.lineno, node.name) for node in classes if re.search(r"(Service|Helper|Util)s?$", node.name))


def test_a_class_is_named_for_what_it_is():
    no_file_breaks(vague_classes, OURS)


# --- Words -----------------------------------------------------------------------------------------
def wrong_with(text: ast.AST) -> str:
    """Why nobody could translate it."""
    if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
        return "not a plain text"
    if not text.value.strip() or text.value != text.value.strip():
        return "blank at an end"
    return "unnamed gaps" if len(re.findall(r"%[sd]|\{\}", text.value)) > 1 else ""


def untranslatable_texts(path: Path) -> Breaches:
    for call in calls(path):
        if isinstance(call.func, ast.Name) and call.func.id in GETTEXT:
            texts = call.args[:2] if call.func.id.startswith(("ng", "pg")) else call.args[:1]
            yield from ((call.lineno, wrong) for text in texts if (wrong := wrong_with(text)))


def test_every_text_for_people_can_be_translated():
    no_file_breaks(untranslatable_texts, OURS)


# --- Templates -------------------------------------------------------------------------------------
def inline_styles_and_handlers(path: Path) -> Breaches:
    return matches(r"""<style|\s(style|on[a-z]+)\s*=\s*["'{]|javascript:""", path)


def test_a_template_has_no_inline_style_or_handler():
    no_file_breaks(inline_styles_and_handlers, PAGES)


def inline_scripts(path: Path) -> Breaches:
    for line, tag in matches(r"<script([^>]*(?:%}[^>]*)*)>", path):
        if not any(known in tag for known in ("application/ld+json", "{% static", "{% url")):
            yield line, tag


def test_a_script_in_a_template_is_a_file_or_structured_data():
    no_file_breaks(inline_scripts, PAGES)


def foreign_addresses(path: Path) -> Breaches:
    return matches(r"""(src|href|srcset|action|poster|data)\s*=\s*["'](https?:)?//""", path)


def test_a_template_takes_nothing_from_elsewhere():
    no_file_breaks(foreign_addresses, PAGES)


def nameless_ends(path: Path) -> Breaches:
    return matches("{% endblock %}", path)


def test_the_end_of_a_block_has_its_name():
    no_file_breaks(nameless_ends, PAGES)


def foreign_files(path: Path) -> Breaches:
    return matches(r"""(url\(|@import|import|fetch\()\s*["']?(https?:)?//""", path)


def test_styles_and_scripts_take_nothing_from_elsewhere():
    no_file_breaks(foreign_files, STATIC)


# --- Requirements ----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_says_what_for(name):
    lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith(("#", "-r "))]
    assert len(lines) > 5
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+  # \S.{5,}", line)] == []


def test_every_requirement_of_the_site_is_installed_as_pinned():
    text = (ROOT / "requirements.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", text, re.MULTILINE))
    assert {name: metadata.version(name) for name in pinned} == pinned


# --- Promises --------------------------------------------------------------------------------------
# Content, requests, inbox, notifications; of the platform, accounts.
NUMBERED = {"c": 16, "r": 10, "i": 14, "n": 4}
PROMISES = [*(f"{letter}{n}" for letter, last in NUMBERED.items() for n in range(1, last + 1)), "p4"]


@cache
def promises_tested() -> set[str]:
    """Those that a test or a class of tests is named after."""
    texts = [path.read_text() for path in CODE if path.relative_to(ROOT).parts[0] == "tests"]
    names = [name for text in texts for name in re.findall(r"(?:def test_|class Test)([A-Za-z]\d+)(?=_|[A-Z])", text)]
    return {name.lower() for name in names}


def test_every_promise_has_a_test_named_after_it():
    """`pytest -k test_c9_` runs what proves one of them."""
    missing = [promise for promise in PROMISES if promise not in promises_tested()]
    assert not missing, missing


# --- README ----------------------------------------------------------------------------------------
def variables_read() -> set[str]:
    """Environment variables that the code reads, by the calls that read them."""
    return {
        call.args[0].value
        for path in OURS
        for call in calls(path)
        if READS_VARIABLE.search(ast.unparse(call.func)) and call.args and isinstance(call.args[0], ast.Constant)
    }


def variables_documented() -> list[str]:
    """First column of the table of settings in README.md."""
    return re.findall(r"^\| *`([A-Z][A-Z0-9_]+)` *\|", (ROOT / "README.md").read_text(), re.MULTILINE)


def test_the_readme_names_exactly_the_variables_that_are_read():
    documented = variables_documented()
    assert len(documented) == len(set(documented))
    assert variables_read() == set(documented)
