"""A refusal is asserted by what it says (tests.refusals): a status alone may be that of another refusal."""

import ast

from tests.laws import source

FOREIGN = {
    "tests/doubles/": "the double refuses as Stripe does",
    "tests/market/dataspace/": "the Dataspace Protocol has errors of its own, and a token's refusal has no body",
    "tests/journeys/test_dataspace.py": "the same",
}
WITHOUT_A_BODY = (416,)
"""Statuses that say all with a header (RFC 9110 §15.5.17)."""
SAYING = ("code", "rule", "HEAD")
"""What a comparison reads beside the status; an answer to HEAD has nothing else to read, and a page has its text."""
CONTROL = "/_control/"
"""Where a test turns the switches of a double."""


def test_no_refusal_is_asserted_by_its_status_alone():
    faults = {f"{name}:{line}" for name, line in _bare() if not name.startswith(tuple(FOREIGN))}
    assert faults == set()


def test_every_exception_is_needed():
    bare = [name for name, _ in _bare()]
    assert [place for place in FOREIGN if not any(name.startswith(place) for name in bare)] == []


def _bare() -> list[tuple[str, int]]:
    """Where a test asserts the status of a refusal and nothing that names it."""
    return [
        (source.name(path), node.lineno)
        for path in sorted((source.ROOT / "tests").rglob("*.py"))
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Assert) and any(_is_bare(one) for one in ast.walk(node.test))
    ]


def _is_bare(node: ast.AST) -> bool:
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    status = any(_reads_status(side) for side in sides)
    refusals = [number for side in sides if not _reads_status(side) for number in _numbers(side)]
    words = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    page = any(isinstance(one, ast.Attribute) and one.attr == "text" for one in ast.walk(node))
    says = page or any(word in SAYING or CONTROL in word for word in words)
    return status and not says and any(400 <= number < 500 and number not in WITHOUT_A_BODY for number in refusals)


def _reads_status(side: ast.expr) -> bool:
    return any(isinstance(one, ast.Attribute) and one.attr == "status_code" for one in ast.walk(side))


def _numbers(side: ast.expr) -> list[int]:
    return [one.value for one in ast.walk(side) if isinstance(one, ast.Constant) and isinstance(one.value, int)]
