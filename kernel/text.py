"""Everything that users see exists in Chinese and in English; a text is always the pair."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

Lang = Literal["zh", "en"]
_HOLE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages. A template has holes `{name}`, and becomes a sentence only by `filled`."""

    zh: str
    en: str

    def filled(self, **facts: Any) -> "Text":
        """The sentence that a template makes with its facts; a fact that is missing shows as its own name."""

        def fill(template: str, lang: Lang) -> str:
            # Not str.format: a fact may be what a user sent, and that must never be read as a format.
            return _HOLE.sub(lambda hole: _shown(facts.get(hole[1], hole[0]), lang), template)

        return Text(fill(self.zh, "zh"), fill(self.en, "en"))

    def of(self, lang: Lang, **facts: Any) -> str:
        """The sentence in one language; facts are for a template, a sentence has none and is given as it stands."""
        sentence = self.filled(**facts) if facts else self
        return sentence.zh if lang == "zh" else sentence.en


def _shown(fact: Any, lang: Lang) -> str:
    """A fact as people read it: several are listed, none is said, and a text speaks the sentence's language."""
    if isinstance(fact, list | tuple):
        return ", ".join(map(str, fact)) or NOTHING.of(lang)
    return fact.of(lang) if isinstance(fact, Text) else str(fact)


NOTHING: Final = Text("无", "nothing")


def noun(kind: str) -> Text:
    """What people call a kind of thing, by the name that machines have for it: a table, a machine or an id's prefix."""
    named = _named()
    plain = named["prefixes"].get(kind, kind).rpartition(".")[2].replace("-", "_")
    return Text(*named["nouns"].get(plain, [plain.replace("_", " ")] * 2))


def kind_of(id_: str) -> str | None:
    """The kind of thing that an id is of, by its prefix: order for ord_…; None for what is no id."""
    prefix, mark, rest = id_.partition("_")
    name = _named()["prefixes"].get(prefix) if mark and rest else None
    return None if name is None else str(name).rpartition(".")[2]


@cache
def _named() -> dict[str, dict[str, Any]]:
    """The nouns (Chinese and English) and the prefixes of ids, from nouns.toml."""
    return tomllib.loads((resources.files("kernel") / "nouns.toml").read_text(encoding="utf-8"))
