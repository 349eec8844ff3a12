"""Everything that users see exists in Chinese and in English; a text is always the pair."""

from dataclasses import dataclass
from typing import Any, Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages; `{name}` is filled from facts when it is read."""

    zh: str
    en: str

    def of(self, lang: Lang, **facts: Any) -> str:
        """Give the sentence in one language, filled in."""
        template = self.zh if lang == "zh" else self.en
        return template.format_map(_Facts(facts))


class _Facts(dict[str, Any]):
    """A missing fact shows as its own name: a message must never fail while it reports a failure."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


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
