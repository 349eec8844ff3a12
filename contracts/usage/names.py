"""What the words of a policy are called in both languages; pure, from the released words of grants."""

from functools import cache

from kernel.text import Text
from rights.grants.vocabulary import ANYONE, named_words


@cache
def _named(version: str) -> dict[str, dict[str, Text]]:
    return named_words(version)


def name_of(version: str, side: str, code: str) -> Text:
    """What a word of a side (actions, purposes, territory, environments, recipients) is called; else the word itself.

    Below a province a place is called by its code, and a party by its id.
    """
    if side == "recipients":
        kind, _, rest = code.partition(":")
        if code == ANYONE:
            return Text("任何人", "anyone")
        named = _named(version)["classes"].get(rest) if kind == "class" else None
        return named or Text(rest or code, rest or code)
    return _named(version)[side].get(code) or Text(code, code)
