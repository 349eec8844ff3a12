"""Small pictures of columns as SVG, of one path each and without a style of their own."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

WIDTH, HEIGHT = 96, 28
BARS_MAX: Final = 24


def bars(counts: Sequence[int], label: str) -> Markup:
    """A distribution as bars; nothing where there is none to show."""
    shown = list(counts)[:BARS_MAX]
    most = max(shown, default=0)
    if not most:
        return Markup("")
    step = WIDTH / len(shown)
    path = "".join(
        f"M{at * step:.1f} {HEIGHT}v-{max(1.0, count / most * HEIGHT):.1f}h{max(step - 1, 1):.1f}V{HEIGHT}z"
        for at, count in enumerate(shown)
        if count
    )
    return Markup(
        '<svg class="histogram" viewBox="0 0 {w} {h}" role="img" aria-label="{label}"><path d="{path}"/></svg>'
    ).format(w=WIDTH, h=HEIGHT, label=label, path=path)


def counts_of(histogram: Sequence[Mapping[str, Any]], top: Sequence[Mapping[str, Any]]) -> list[int]:
    """How often values fall into each bin, or, of words, how often each frequent one comes."""
    return [int(each["count"]) for each in histogram or top]
