"""The whole repository as text and as trees, for laws that hold everywhere."""

import ast
import gc
import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kernel", "rights", "valuation", "contracts", "market", "channels", "centre")


@cache
def files() -> tuple[Path, ...]:
    """Every Python file of the product."""
    return tuple(path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree.

    Nothing is collected meanwhile: what is let go of then may draw a traceback, which parses as well, and CPython 3.11
    counts the depth of both as one and refuses them (python/cpython issue 106905).
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        if collecting:
            gc.enable()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's syntax tree: a dozen laws look at each, and walking takes longer than looking."""
    return tuple(ast.walk(tree(path)))


def name(path: Path) -> str:
    """A file's name as messages show it."""
    return str(path.relative_to(ROOT))


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of the product, imported."""
    found = []
    for package in PACKAGES:
        root = importlib.import_module(package)
        found.append(root)
        names = [module.name for module in pkgutil.walk_packages(root.__path__, f"{package}.")]
        found += [importlib.import_module(name) for name in names if name != "centre.__main__"]
    return tuple(found)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file."""
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(path: Path) -> Iterator[tuple[int, str]]:
    """Every call as (line, dotted name)."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            yield node.lineno, _dotted(node.func)


def _dotted(node: ast.expr) -> str:
    """A name with its attributes, `datetime.now`; nothing where it begins with a call or an index."""
    match node:
        case ast.Name(name):
            return name
        case ast.Attribute(value, name):
            return f"{_dotted(value)}.{name}"
    return ""
