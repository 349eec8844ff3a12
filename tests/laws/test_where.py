"""docs/where.md leads to the line: every room that it names is there and holds the name beside it."""

import ast
import re

import pytest

from tests.laws import source

ROWS = re.findall(
    r"^\| (.*?) \| (.*?) \| `(\w+)` \|$", (source.ROOT / "docs" / "where.md").read_text("utf-8"), re.MULTILINE
)


def defined(tree: ast.Module) -> set[str]:
    """The names that a module defines at its top."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def test_there_are_questions():
    assert len(ROWS) >= 10


@pytest.mark.parametrize(("question", "rooms", "name"), ROWS, ids=[row[0] for row in ROWS])
def test_the_room_holds_the_name(question, rooms, name):
    places = [source.ROOT / place for place in re.findall(r"`([\w/]+(?:\.py)?)`", rooms) if "/" in place]
    assert places
    assert [place for place in places if not place.exists()] == []
    assert name in defined(source.tree(places[0])), question
