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


WIDE, HIGH, FOOT, HEAD = 640, 210, 30, 26
NAMES_MAX: Final = 6
"""So many names stand below the columns: more of them would run into each other."""


def columns(points: Sequence[tuple[str, int]], title: str, told: str) -> Markup:
    """Counts over time as columns that begin at zero, each with its number above and its name, thinned out, below.

    `told` says in a sentence what the picture shows and where its numbers stand.
    """
    most, step = max((count for _, count in points), default=0), WIDE / max(len(points), 1)
    room, every = HIGH - FOOT - HEAD, -(-len(points) // NAMES_MAX)
    drawn = []
    for at, (name, count) in enumerate(points):
        tall = count / most * room if most else 0
        left, top = at * step + step * 0.15, HIGH - FOOT - tall
        drawn.append(
            Markup('<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"/>').format(
                x=left, y=top, w=step * 0.7, h=tall
            )
        )
        if (len(points) - 1 - at) % every == 0:
            middle = at * step + step / 2
            drawn += [_words(middle, top - 6, f"{count:,}"), _words(middle, HIGH - 8, name)]
    drawn.append(Markup('<path d="M0 {y}H{w}"/>').format(y=HIGH - FOOT, w=WIDE))
    return Markup(
        '<svg class="columns-chart" viewBox="0 0 {w} {h}" role="img" aria-label="{title}{told}">{drawn}</svg>'
    ).format(w=WIDE, h=HIGH, title=title, told=told, drawn=Markup("").join(drawn))


def _words(x: float, y: float, words: str) -> Markup:
    """A text about a place, within the picture also where the place is at its border."""
    return Markup('<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{words}</text>').format(
        x=min(max(x, 40), WIDE - 40), y=y, words=words
    )
