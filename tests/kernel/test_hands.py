"""Who did something is kept by its hand, a key or a member: two acts of an empty key would be of two persons."""

import ast

from tests.laws import source

OF_KEYS = {
    "kernel/identity/authentication.py": "counts and notes the use of keys",
    "kernel/identity/credentials.py": "keys that make, renew and end keys",
    "kernel/identity/queries.py": "the key that calls",
    "kernel/members/authority.py": "the managing key",
    "valuation/practitioners/queries.py": "a valuer acts by a key or as a member, and is sought by which of the two",
}
"""Where the key itself is meant, and why."""


def test_nobody_else_asks_for_the_key_of_whoever_acts():
    asking = {
        source.name(path)
        for path in source.files()
        for node in source.nodes(path)
        if isinstance(node, ast.Attribute) and node.attr == "key" and ast.unparse(node.value).endswith("actor")
    }
    assert asking == set(OF_KEYS)
