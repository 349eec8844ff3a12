"""Small pictures of columns for the scorecard's page, as SVG made on the server."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from kernel.text import Lang

_WIDTH, _HEIGHT = 120, 24
_DRIFT_WIDTH, _DRIFT_MAX = 200, 1.0
_STABLE, _SHIFTED = 0.1, 0.25
_TYPES = (
    ("Datetime", ("时间", "moment")),
    ("Date", ("日期", "date")),
    ("Time", ("时刻", "time of day")),
    ("Duration", ("时长", "duration")),
    ("Int", ("整数", "whole number")),
    ("UInt", ("整数", "whole number")),
    ("Float", ("小数", "number")),
    ("Decimal", ("小数", "decimal")),
    ("Boolean", ("是否", "yes or no")),
    ("Categorical", ("文本", "text")),
    ("Enum", ("文本", "text")),
    ("String", ("文本", "text")),
    ("Binary", ("字节", "bytes")),
    ("List", ("列表", "list")),
    ("Array", ("列表", "list")),
    ("Struct", ("对象", "object")),
    ("Null", ("空", "empty")),
)


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


def type_name(dtype: str, lang: Lang) -> str:
    """What a reader calls the type of a column; the engine's own word where there is no other."""
    found = next((names for beginning, names in _TYPES if dtype.startswith(beginning)), None)
    return dtype if found is None else found[0 if lang == "zh" else 1]


def drift(psi: str, lang: Lang) -> Markup:
    """A population stability index as a bar with marks where a distribution is read as stable and as shifted."""
    value = float(psi)
    colour = "#14517a" if value < _STABLE else "#b7791f" if value < _SHIFTED else "#a4232a"
    marks = Markup("").join(
        Markup('<line x1="{x}" y1="0" x2="{x}" y2="14" stroke="#1c2733" stroke-dasharray="3 2"/>').format(x=_at(mark))
        for mark in (_STABLE, _SHIFTED)
    )
    words = f"PSI {psi}" if lang == "en" else f"PSI {psi}（0.1 以下稳定，0.25 以上显著变化）"
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="14" role="img" aria-label="{words}">'
        '<rect width="{w}" height="14" fill="#e7ecf0"/><rect width="{x}" height="14" fill="{colour}"/>{marks}</svg>'
    ).format(w=_DRIFT_WIDTH, words=words, x=max(_at(value), 1.0), colour=colour, marks=marks)


def _at(value: float) -> float:
    return round(min(value, _DRIFT_MAX) / _DRIFT_MAX * _DRIFT_WIDTH, 1)


TEMPLATE_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "quality_histogram": histogram,
    "quality_type": type_name,
    "quality_drift": drift,
}
