"""A name says what a module, a function or a class holds; participles and moods that fit anything do not."""

import ast

from tests.laws import source

MOODS = frozenset({
    "again", "apart", "asked", "beside", "finer", "found", "freedom", "given", "gone", "hearing", "kept", "known",
    "later", "mine", "ours", "passing", "said", "seen", "standing", "stated", "suppose", "taken", "telling", "theirs",
    "thing", "together", "told", "wanted", "whole",
})  # fmt: skip

LEFT = {
    "centre/cli/main.py found": "the verb: 建立中心, as the command is called",
    "centre/demo/run.py found": "the verb",
    "centre/server.py found": "the verb",
    "contracts/agreements/licensing.py standing": "the change whose terms stand",
    "contracts/amendments/rules.py Standing": "what stands of an agreement, as amendments and renewals compare with it",
    "contracts/approvals/queries.py standing": "approvals that are not void",
    "contracts/metering/commands.py asked": "an access as the gate is asked about it",
    "contracts/metering/queries.py seen": "an agreement as the actor may see it",
    "contracts/terms/difference.py whole": "a document with its defaults",
    "contracts/terms/odrl.py given": "terms in either form",
    "contracts/terms/price/sentences.py said": "a change of a price in words",
    "contracts/terms/price/sentences.py whole": "a price in words as one text",
    "contracts/usage/gate.py Standing": "what has happened under an agreement",
    "market/auctions/bids/english.py Asked": "a bid as it arrived",
    "market/dataspace/participants/schemas.py Standing": "its name is on the wire",
    "market/negotiation/rounds.py Said": "a round before it is written",
    "market/negotiation/rounds.py Standing": "an open negotiation under its lock",
    "market/negotiation/rounds.py standing": "locks it",
    "market/payments/gateways/protocol.py Seen": "a payment as the gateway shows it",
}
"""Those that are still there; the list only becomes shorter."""


LOCALS_MAX = 13.0
"""Of a thousand lines, the locals and parameters that may bear such a name; there were 18 before this was a law."""


def test_fewer_and_fewer_locals_are_named_by_a_mood():
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in source.files())
    moods = sum(
        (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in MOODS)
        or (isinstance(node, ast.arg) and node.arg in MOODS)
        for path in source.files()
        for node in source.nodes(path)
    )
    assert 1000 * moods / lines < LOCALS_MAX


def test_no_module_function_or_class_is_named_by_a_mood():
    modules = {source.name(path) for path in source.files() if path.stem in MOODS}
    names = {
        f"{source.name(path)} {node.name}"
        for path in source.files()
        for node in source.tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name.lower() in MOODS
    }
    assert modules | names == set(LEFT)
