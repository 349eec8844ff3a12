"""Laws over the kinds of events: every one that the source records is published, and a webhook asks for no other."""

import ast
import re
from collections.abc import Iterator

from centre import assembly
from centre.lists import event_kinds, event_prefixes
from kernel.webhooks.rules import KINDS
from tests.laws import source

KIND = re.compile(r"[a-z][a-z_-]*(\.[a-z][a-z_-]*){2}")
PASSED_ON = {"kernel/lifecycle.py", "kernel/log/record.py", "kernel/documents/commands.py"}
"""Where the kind comes from the caller: a machine's state, an entry, a document."""


def recorded() -> Iterator[tuple[str, str]]:
    """Every kind in a call of `record`, `leaf` or `issue`, as a pattern, and where it stands."""
    for path in source.files():
        name = source.name(path)
        if name in PASSED_ON:
            continue
        constants = {
            node.targets[0].id: node.value
            for node in source.nodes(path)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in source.nodes(path):
            called = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if called in ("record", "leaf", "issue", "issue_document"):
                for argument in node.args[:2]:
                    known = constants.get(argument.id) if isinstance(argument, ast.Name) else argument
                    if pattern := _pattern(known, document=called.startswith("issue")):
                        yield pattern, f"{name}:{node.lineno}"


def _pattern(node: ast.AST | None, *, document: bool) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        kind = f"kernel.{node.value}.issued" if document else node.value
        return re.escape(kind) if KIND.fullmatch(kind) else ""
    if isinstance(node, ast.JoinedStr):
        parts = [re.escape(str(each.value)) if isinstance(each, ast.Constant) else r".+" for each in node.values]
        return "".join(parts)
    return ""


def test_every_kind_that_is_recorded_is_published():
    kinds = event_kinds()
    found = list(recorded())
    assert len(found) > 40
    silent = [place for pattern, place in found if not any(re.fullmatch(pattern, kind) for kind in kinds)]
    assert silent == []
    assert all(KIND.fullmatch(kind) for kind in kinds)


def test_a_webhook_may_ask_for_every_kind_and_for_nothing_else():
    assert assembly.ROUTES
    assert set(event_prefixes()) == KINDS
    assert {"market", "market.order", "market.order.paid", "rights.registration"} <= KINDS
    assert "order.paid" not in KINDS
