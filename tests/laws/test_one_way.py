"""Five ideas have one way each: a row's view, a page, who may see, a process of its own, the moment of an act.

Each law finds every second way in the source; what goes another way for a reason is named here, and an exception that
nothing needs any more is a fault too.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.laws import source

COPIED_MAX = 4
"""A few members may be given by name; where there are more, `kernel.views.projection.shown` copies them."""


def copied(call: ast.Call) -> int:
    """How many members a call copies by name from one and the same variable: `id=row.id, name=row.name`."""
    names = Counter(
        word.value.value.id
        for word in call.keywords
        if isinstance(word.value, ast.Attribute)
        and isinstance(word.value.value, ast.Name)
        and word.value.attr == word.arg
    )
    return max(names.values(), default=0)


def views(tree: ast.Module) -> set[str]:
    """The names in a module that stand for what the API shows: whatever schemas.py defines, and whatever is a View."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".schemas")
        for alias in node.names
    }
    return names | {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def test_a_row_becomes_a_view_in_one_way():
    """`shown` copies what bears the row's names, so that a new column of a view is one line."""
    faults = [
        f"{source.name(path)}:{node.lineno} {node.func.id}"
        for path in source.files()
        for node in source.nodes(path)
        if isinstance(node, ast.Call)
        and copied(node) > COPIED_MAX
        and isinstance(node.func, ast.Name)
        and (node.func.id.endswith("View") or (path.name == "queries.py" and node.func.id in views(source.tree(path))))
    ]
    assert faults == []


PAGED_OTHERWISE = {
    "kernel/views/paging.py": "is the way",
    "market/listings/finding/pages.py": "statements of their own, ranked or by newest; the cursor is the same",
    "centre/desk/queries.py": "one statement over many tables, whose rows are no entities",
    "market/dataspace/catalogue/queries.py": "pages of the dataspace protocol, with the token of its wire",
    "valuation/audit/queries.py": "ordered by a computed distance: its cursor is a number of rows",
}


def test_a_list_becomes_a_page_in_one_way():
    """`kernel.views.paging.fetch` reads one row more than asked and makes the cursor."""
    places = {
        source.name(path)
        for path in source.files()
        for node in source.nodes(path)
        if isinstance(node, ast.BinOp)
        and isinstance(node.right, ast.Constant)
        and ast.unparse(node) in ("limit + 1", "asked.limit + 1")
    }
    assert places == set(PAGED_OTHERWISE)


HIDDEN_OTHERWISE = {
    "kernel/views/audience.py": "is the way",
    "kernel/identity/queries.py": "the key of the party whose signature is checked, whoever asks",
    "market/orders/queries.py": "the entitlement, read in one statement beside the framework's sessions",
    "rights/updates/commands.py": "a revision of another's asset, named in a body",
    "valuation/quality/access/readers.py": "the readers of quality, who come by engagements and by certificates too",
}


PARTY = re.compile(r"\bparty(_id)? (==|!=|in|not in) |(==|!=) party\b|actor\.party is None")


def hidden(node: ast.AST) -> bool:
    """Whether a branch compares somebody's party and says that there is nothing."""
    return (
        isinstance(node, ast.If)
        and any(isinstance(inner, ast.Raise) and "NotFound(" in ast.unparse(inner) for inner in node.body)
        and PARTY.search(ast.unparse(node.test)) is not None
    )


def test_who_may_see_is_said_in_one_way():
    """`Audience` answers 404 for whoever may not know of an object; `own_party` for whoever has no party."""
    places = {source.name(path) for path in source.files() for node in source.nodes(path) if hidden(node)}
    assert places == set(HIDDEN_OTHERWISE)


STARTING = {
    "kernel/jobs/": "processes for heavy work, which end with their parent",
    "kernel/postgres/": "PostgreSQL's own programs",
    "channels/programs/confinement/": "programs of buyers, which bubblewrap confines and a control group ends",
    "centre/demo/": "the demonstration starts the product as an operator does",
}


def imported(path: str) -> Iterator[str]:
    """The modules that a file imports."""
    for node in source.nodes(source.ROOT / path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_heavy_work_is_done_in_one_kind_of_process():
    """`kernel.jobs.processes` starts, bounds and ends them; there is no pool that a dying child breaks."""
    starting = {
        name
        for name in map(source.name, source.files())
        for module in imported(name)
        if module.partition(".")[0] in ("multiprocessing", "subprocess") or module == "concurrent.futures.process"
    }
    assert {room for name in starting for room in STARTING if name.startswith(room)} == set(STARTING)
    assert [name for name in starting if not name.startswith(tuple(STARTING))] == []
    assert [path for path in source.files() if "ProcessPoolExecutor" in path.read_text(encoding="utf-8")] == []


READ_TWICE = {
    "kernel/log/witnesses/submission.py tell_all": "a witness is waited for between two units",
    "valuation/quality/jobs.py _followed": "two branches, each a unit of its own",
    "centre/doctor.py _skew": "measures how long the database takes to answer",
}
MOMENTS = ("rules.py", "states.py", "commands.py", "queries.py", "schemas.py", "models.py")
"""Where the moment comes with the act or as a parameter."""
CLOCKED = {"centre/sandbox/commands.py": "moves the clock itself", "kernel/webhooks/commands.py": "a loop over units"}


def readings(node: ast.AST) -> int:
    """How often a clock is read within a node."""
    return sum(
        isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Attribute)
        and inner.func.attr == "now"
        and ast.unparse(inner.func.value).endswith("clock")
        for inner in ast.walk(node)
    )


def test_an_act_has_one_moment():
    """`Act.at` is read once for each request, job or command line; no function reads a clock twice."""
    twice = {
        f"{source.name(path)} {function.name}"
        for path in source.files()
        for function in source.functions(path)
        if readings(function) > 1
    }
    assert twice == set(READ_TWICE)
    reading = {source.name(path) for path in source.files() if path.name in MOMENTS and readings(source.tree(path))}
    assert reading == set(CLOCKED)
