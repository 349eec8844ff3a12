"""Laws over the source: what no file may do."""

import ast
import subprocess
import sys
from collections import Counter

import pytest

from tests.laws import source

PURE = ("rules.py", "states.py", "book.py", "odrl.py", "merkle.py", "uscc.py")
PURE_ROOMS = tuple(
    f"valuation/appraisal/{name}"
    for name in ("engine/", "approaches/", "calculations/", "analysis/", "study.py", "recompute.py")
) + tuple(
    f"contracts/clauses/{name}"
    for name in ("redline/", "text/", "checking.py", "drafting.py", "fragments.py", "library.py", "matrix.py")
)
IMPURE_IMPORTS = ("sqlalchemy.ext.asyncio", "asyncpg", "httpx", "litestar.handlers", "kernel.db", "kernel.runtime")


def test_rules_are_pure():
    """A rule awaits nothing, opens nothing and reads no clock: time and facts are its parameters."""
    faults = []
    for path in source.files():
        if path.name not in PURE and not source.name(path).startswith(PURE_ROOMS):
            continue
        for node in source.nodes(path):
            if isinstance(node, ast.AsyncFunctionDef | ast.Await):
                faults.append(f"{source.name(path)}:{node.lineno} awaits")
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(IMPURE_IMPORTS):
                faults.append(f"{source.name(path)}:{node.lineno} imports {node.module}")
            if isinstance(node, ast.ImportFrom) and any(alias.name == "Clock" for alias in node.names):
                faults.append(f"{source.name(path)}:{node.lineno} takes a Clock")
    assert not faults


CLOCKS = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.datetime.now", "datetime.date.today")


def test_only_the_clock_reads_the_time():
    """A naked clock cannot be moved by tests, by the sandbox, or by an auditor years later."""
    faults = [
        f"{source.name(path)}:{line} {called}"
        for path in source.files()
        if path != source.ROOT / "kernel" / "time" / "clock.py"
        for line, called in source.calls(path)
        if called in CLOCKS
    ]
    assert not faults


MONEY = ("market/ledger", "market/payments", "market/settlement", "market/orders", "contracts", "valuation/appraisal")


DRAWN = ("valuation/appraisal/analysis/columns.py", "valuation/appraisal/analysis/simulation.py")
"""Draws are evidence beside a value and never the value: they are made and counted in binary floating point."""


def test_no_float_near_money():
    """Where money or value is computed there is no float: no literal, no call, no annotation."""
    faults = []
    for path in source.files():
        if source.name(path) in DRAWN:
            continue
        if not source.name(path).startswith(MONEY) and source.name(path) != "kernel/money.py":
            continue
        for node in source.nodes(path):
            if isinstance(node, ast.Name) and node.id == "float":
                faults.append(f"{source.name(path)}:{node.lineno} float")
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                faults.append(f"{source.name(path)}:{node.lineno} {node.value!r}")
    assert not faults


def test_a_status_changes_in_one_place_only():
    """kernel.lifecycle is the only code that assigns a status."""
    faults = []
    for path in source.files():
        if source.name(path) == "kernel/lifecycle.py":
            continue
        for node in source.nodes(path):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            faults += [
                f"{source.name(path)}:{node.lineno}"
                for target in targets
                if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
                and isinstance(target, ast.Attribute)
                and target.attr == "status"
            ]
    assert not faults


def test_nobody_commits_by_hand():
    """The unit of work commits; a commit in the middle would leave half a story behind. A savepoint ends no unit."""
    faults = [
        f"{source.name(path)}:{line} {called}"
        for path in source.files()
        for line, called in source.calls(path)
        if called.endswith((".commit", ".rollback")) and called != "savepoint.rollback"
    ]
    assert not faults


@pytest.mark.parametrize(("limit", "kind"), [(300, "file"), (50, "function")])
def test_nothing_grows_too_long(limit, kind):
    """A room that gets crowded is divided."""
    if kind == "file":
        lengths = {source.name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in source.files()}
    else:
        lengths = {
            f"{source.name(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
            for path in source.files()
            for node in source.functions(path)
        }
    assert {place: length for place, length in lengths.items() if length > limit} == {}


MODULES_MAX = 12


def test_a_folder_is_taken_in_at_a_glance():
    """A slice that grows past a dozen modules is divided into folders with the same names inside."""
    rooms = Counter(source.name(path.parent) for path in source.files() if path.name != "__init__.py")
    assert {room: count for room, count in rooms.items() if count > MODULES_MAX} == {}


def test_every_module_says_what_it_is_for():
    """A newcomer reads the first line and knows the room."""
    assert [source.name(path) for path in source.files() if not ast.get_docstring(source.tree(path))] == []


def test_lock_files_name_no_index():
    """Versions and hashes carry over to any mirror; addresses do not."""
    for lock in ("requirements.lock", "requirements-dev.lock", "requirements-schemas.lock"):
        text = (source.ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text
        assert "--hash=sha256:" in text


LIGHT = (
    "valuation.appraisal.study",
    "valuation.appraisal.analysis.views",
    "valuation.reports.forms.make",
    "kernel.documents.prints.typeset",
    "contracts.clauses.drafting",
    "centre.verification.examination",
)
"""What is computed, drawn and verified in a process of its own, where somebody waits until it has been imported."""


def test_what_a_process_is_started_for_loads_neither_an_engine_nor_the_database():
    code = f"import sys, {', '.join(LIGHT)}\n"
    code += "print({'polars', 'pandera', 'duckdb', 'pyarrow', 'sqlalchemy', 'litestar'} & {*sys.modules})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
