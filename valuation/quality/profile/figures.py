"""Small pictures of columns for the scorecard's page, as SVG made on the server."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from kernel.documents.render import HELPERS

_WIDTH, _HEIGHT = 120, 24


def histogram(bins: Sequence[Mapping[str, Any]]) -> Markup:
    """The distribution of a column as bars; nothing where the column has none to show."""
    if not bins:
        return Markup("")
    most, width = max(each["count"] for each in bins), _WIDTH / len(bins)
    bars = Markup("").join(_bar(index, each["count"] / most, width) for index, each in enumerate(bins))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" role="img" aria-label="{low} – {high}">'
        "<title>{low} – {high}</title>{bars}</svg>"
    ).format(w=_WIDTH, h=_HEIGHT, low=f"{bins[0]['low']:g}", high=f"{bins[-1]['high']:g}", bars=bars)


def _bar(index: int, share: float, width: float) -> Markup:
    height = round(share * _HEIGHT, 1)
    return Markup('<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="#14517a"/>').format(
        x=round(index * width, 1), y=round(_HEIGHT - height, 1), w=round(max(width - 0.5, 0.5), 1), h=height
    )


HELPERS.update(quality_histogram=histogram)
