"""Everything that users see exists in Chinese and in English; a text is always the pair."""

import re
from dataclasses import dataclass
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
    """A fact as people read it: one that has words has them in both languages, several are listed."""
    if isinstance(fact, Text):
        return fact.of(lang)
    return ", ".join(map(str, fact)) if isinstance(fact, list | tuple) else str(fact)


def language(accept_language: str | None) -> Lang:
    """Choose by RFC 9110 `Accept-Language` weights; Chinese when nothing that we speak is asked for."""
    best: tuple[float, Lang] = (0.0, "zh")
    for part in (accept_language or "")[:200].split(","):
        tag, _, parameter = part.strip().partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter.strip().startswith("q=") else 1.0
        except ValueError:
            continue
        primary = tag.strip().lower().split("-")[0]
        if primary == "zh" and weight > best[0]:
            best = (weight, "zh")
        elif primary == "en" and weight > best[0]:
            best = (weight, "en")
    return best[1]
