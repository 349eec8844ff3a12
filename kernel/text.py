"""Everything that users see exists in Chinese and in English; a text is always the pair."""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

Lang = Literal["zh", "en"]

_HOLE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages; `{name}` is filled from facts when it is read."""

    zh: str
    en: str

    def of(self, lang: Lang, **facts: Any) -> str:
        """Give the sentence in one language, filled in; a fact that is missing shows as its own name."""
        template = self.zh if lang == "zh" else self.en
        # Not str.format: a template may quote what a user sent, and that must never be read as a format.
        return _HOLE.sub(lambda hole: _shown(facts.get(hole[1], hole[0])), template)


def _shown(fact: Any) -> str:
    """A fact as people read it: several are listed."""
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
