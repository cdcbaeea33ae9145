"""House rules of the code, read from the code itself (docs: architecture)."""

import ast
import re
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


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


each_module = pytest.mark.parametrize("path", CODE, ids=name_of)
each_own_module = pytest.mark.parametrize("path", OURS, ids=name_of)
each_page = pytest.mark.parametrize("path", PAGES, ids=name_of)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(node: ast.AST) -> list[str]:
    """Names of the modules imported anywhere below `node`."""
    names: list[str] = []
    for each in ast.walk(node):
        if isinstance(each, ast.Import):
            names += [alias.name for alias in each.names]
        elif isinstance(each, ast.ImportFrom):
            names.append("." * each.level + (each.module or ""))
    return names


def calls(path: Path) -> list[ast.Call]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


# --- Modules ---------------------------------------------------------------------------------------
@each_own_module
def test_imports_run_one_way(path):
    app = path.relative_to(ROOT).parts[0]
    forbidden = {*APPS, "tests"} - MAY_IMPORT.get(app, {"clinic_site"}) - {app}
    assert {name.partition(".")[0] for name in imports(tree(path))} & forbidden == set()


@each_module
def test_imports_are_absolute_and_on_top(path):
    functions = [node for node in ast.walk(tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    inside = [name for function in functions for name in imports(function)]
    assert not inside or path.name == "apps.py"
    assert not [name for name in imports(tree(path)) if name.startswith(".")]


@each_module
def test_a_module_is_named_for_what_it_does(path):
    assert path.stem not in BANNED_NAMES


@each_module
def test_a_module_says_in_its_first_line_what_it_is(path):
    docstring = ast.get_docstring(tree(path))
    if path.stat().st_size:
        assert docstring
        assert docstring.splitlines()[0].endswith((".", ":"))


@each_own_module
def test_nothing_happens_behind_signals(path):
    assert not [name for name in imports(tree(path)) if "signals" in name or name.startswith("django.dispatch")]


@each_own_module
def test_a_class_is_named_for_what_it_is(path):
    classes = [node.name for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    assert not [name for name in classes if re.search(r"(Service|Helper|Util)s?$", name)]


# --- Words -----------------------------------------------------------------------------------------
@each_own_module
def test_every_text_for_people_can_be_translated(path):
    for call in calls(path):
        if not (isinstance(call.func, ast.Name) and call.func.id in GETTEXT):
            continue
        texts = call.args[:2] if call.func.id.startswith(("ng", "pg")) else call.args[:1]
        for text in texts:
            assert isinstance(text, ast.Constant), f"line {call.lineno}: not a plain text"
            assert text.value == text.value.strip() != "", f"line {call.lineno}: blank at an end"
            assert len(re.findall(r"%[sd]|\{\}", text.value)) <= 1, f"line {call.lineno}: unnamed gaps"


# --- Templates -------------------------------------------------------------------------------------
@each_page
def test_a_template_has_no_inline_style_or_handler(path):
    text = path.read_text()
    assert "<style" not in text
    assert not re.search(r"""\s(style|on[a-z]+)\s*=\s*["'{]""", text)
    assert "javascript:" not in text


@each_page
def test_a_script_in_a_template_is_a_file_or_structured_data(path):
    for attributes in re.findall(r"<script([^>]*(?:%}[^>]*)*)>", path.read_text()):
        assert "application/ld+json" in attributes or "{% static" in attributes or "{% url" in attributes


@each_page
def test_a_template_takes_nothing_from_elsewhere(path):
    assert not re.search(r"""(src|href|srcset|action|poster|data)\s*=\s*["'](https?:)?//""", path.read_text())


@each_page
def test_the_end_of_a_block_has_its_name(path):
    assert "{% endblock %}" not in path.read_text()


@pytest.mark.parametrize(
    "path", sorted(each for kind in ("css", "js") for each in (ROOT / "static").rglob(f"*.{kind}")), ids=name_of
)
def test_styles_and_scripts_take_nothing_from_elsewhere(path):
    assert not re.search(r"""(url\(|@import|import|fetch\()\s*["']?(https?:)?//""", path.read_text())


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
# Content, requests, notifications; of the inbox, the promise to patients.
PROMISES = [*(f"c{n}" for n in range(1, 17)), *(f"r{n}" for n in range(1, 11)), *(f"n{n}" for n in range(1, 5)), "i2"]


@cache
def promises_tested() -> set[str]:
    """Those that a test or a class of tests is named after."""
    texts = [path.read_text() for path in CODE if path.relative_to(ROOT).parts[0] == "tests"]
    names = [name for text in texts for name in re.findall(r"(?:def test_|class Test)([A-Za-z]\d+)(?=_|[A-Z])", text)]
    return {name.lower() for name in names}


@pytest.mark.parametrize("promise", PROMISES)
def test_every_promise_has_a_test_named_after_it(promise):
    """`pytest -k test_c9_` runs what proves one of them."""
    assert promise in promises_tested()


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
