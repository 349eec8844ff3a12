"""Charts of quality and of value as SVG made on the server: self-contained, readable in print, no script."""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup, escape

from kernel.documents.render import HELPERS
from kernel.text import Lang

_RADIUS = 120.0
_LABEL = 142.0
_WIDTH, _HEIGHT = 560, 340
_GRID = (20, 40, 60, 80, 100)


def radar(dimensions: Mapping[str, Mapping[str, Any]], lang: Lang) -> Markup:
    """Six axes from 0 to 100; a dimension that could not be assessed has an empty axis, which is not a zero."""
    codes = [code for code in _ORDER if code in dimensions]
    rings = Markup("").join(_ring(len(codes), level) for level in _GRID)
    axes = Markup("").join(_axis(i, len(codes), dimensions[code], lang) for i, code in enumerate(codes))
    assessed = [(i, float(dimensions[code]["score"])) for i, code in enumerate(codes) if dimensions[code]["score"]]
    points = " ".join(_point(i, len(codes), _RADIUS * score / 100) for i, score in assessed)
    dots = Markup("").join(
        Markup('<circle cx="{}" cy="{}" r="3.5" fill="#14517a"/>').format(*_xy(i, len(codes), _RADIUS * score / 100))
        for i, score in assessed
    )
    title = "六维质量雷达图" if lang == "zh" else "Radar of the six quality dimensions"
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" width="{w}" height="{h}"'
        ' viewBox="{x} {y} {w} {h}" font-size="13"><title>{title}</title>{rings}{axes}'
        '<polygon points="{points}" fill="#14517a" fill-opacity="0.18" stroke="#14517a" stroke-width="2"/>{dots}</svg>'
    ).format(
        title=title,
        w=_WIDTH,
        h=_HEIGHT,
        x=-_WIDTH // 2,
        y=-_HEIGHT // 2,
        rings=rings,
        axes=axes,
        points=points,
        dots=dots,
    )


_ORDER = ("normativity", "completeness", "accuracy", "consistency", "timeliness", "accessibility")


def bar(score: str | None, lang: Lang) -> Markup:
    """One score as a bar from 0 to 100; what was not assessed is an empty frame with its own words."""
    if score is None:
        words = "未评估" if lang == "zh" else "not assessed"
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="16" role="img" aria-label="{words}">'
            '<rect x="0.5" y="0.5" width="199" height="15" fill="none" stroke="#b8c3cc" stroke-dasharray="4 3"/></svg>'
        ).format(words=words)
    width = f"{2 * float(score):.1f}"
    colour = "#14517a" if float(score) >= _PASS else "#a4232a"
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="16" role="img" aria-label="{score}">'
        '<rect width="200" height="16" fill="#e7ecf0"/><rect width="{width}" height="16" fill="{colour}"/></svg>'
    ).format(score=score, width=width, colour=colour)


_PASS = 60.0


def _xy(index: int, count: int, radius: float) -> tuple[str, str]:
    angle = 2 * math.pi * index / count - math.pi / 2
    return f"{radius * math.cos(angle):.1f}", f"{radius * math.sin(angle):.1f}"


def _point(index: int, count: int, radius: float) -> str:
    return ",".join(_xy(index, count, radius))


def _ring(count: int, level: int) -> Markup:
    points = " ".join(_point(i, count, _RADIUS * level / 100) for i in range(count))
    return Markup('<polygon points="{}" fill="none" stroke="#d9e0e6"/>').format(points)


def _axis(index: int, count: int, dimension: Mapping[str, Any], lang: Lang) -> Markup:
    x, y = _xy(index, count, _RADIUS)
    label_x, label_y = _xy(index, count, _LABEL)
    anchor = "middle" if abs(float(label_x)) < 1 else "start" if float(label_x) > 0 else "end"
    assessed = dimension["score"] is not None
    value = dimension["score"] if assessed else "—"
    return Markup(
        '<line x1="0" y1="0" x2="{x}" y2="{y}" stroke="#b8c3cc"{dash}/>'
        '<text x="{lx}" y="{ly}" text-anchor="{anchor}" dominant-baseline="middle" fill="#1c2733">{name} {value}</text>'
    ).format(
        x=x,
        y=y,
        dash=Markup("") if assessed else Markup(' stroke-dasharray="3 4"'),
        lx=label_x,
        ly=label_y,
        anchor=anchor,
        name=escape(dimension["name"][lang]),
        value=value,
    )


HELPERS.update(quality_radar=radar, quality_bar=bar)

_WIDE, _LEFT, _ROW = 720, 250, 26
_INK, _UP, _DOWN, _LINE = "#1c2733", "#14517a", "#a4232a", "#b8c3cc"
Bar = tuple[str, float, float, str]
"""A bar: its words, where it starts, where it ends, its colour."""


def waterfall(parts: Sequence[tuple[str, Decimal]], total: str, lang: Lang) -> Markup:
    """How a value is built up: each part from where the last ended, and the total from nothing."""
    bars: list[Bar] = []
    at = Decimal(0)
    for words, amount in parts:
        bars.append((f"{words}  {amount:+,.2f}", float(at), float(at + amount), _UP if amount >= 0 else _DOWN))
        at += amount
    bars.append((f"{total}  {at:,.2f}", 0.0, float(at), _INK))
    return _bars(bars, "价值构成图" if lang == "zh" else "Waterfall of the value")


def tornado(swings: Sequence[tuple[str, Decimal, Decimal]], middle: Decimal, lang: Lang) -> Markup:
    """What moves the value most: the change down and the change up of each driver about the value."""
    bars: list[Bar] = []
    for words, *ends in swings:
        for said, end in zip((words, ""), ends, strict=True):
            bars.append((said, float(middle), float(end), _UP if end > middle else _DOWN))
    return _bars(bars, "敏感性龙卷风图" if lang == "zh" else "Tornado of what moves the value", pairs=True)


def methods(bands: Sequence[tuple[str, Decimal, Decimal, Decimal]], lang: Lang) -> Markup:
    """The approaches beside each other: each one's range, with its value written."""
    bars = [(f"{words}  {value:,.2f}", float(low), float(high), _UP) for words, low, value, high in bands]
    return _bars(bars, "各方法结果比较图" if lang == "zh" else "Comparison of the approaches")


def _bars(bars: Sequence[Bar], title: str, *, pairs: bool = False) -> Markup:
    """Horizontal bars on one scale that holds them all; two of a pair share a row."""
    ends = [end for _, start, stop, _ in bars for end in (start, stop)] or [0.0]
    low, high = min(ends), max(ends)
    if not pairs:
        low = min(low, 0.0)
    scale = (_WIDE - _LEFT - 10) / ((high - low) or 1.0)
    drawn = Markup("")
    for i, (words, start, stop, colour) in enumerate(bars):
        top = 8 + _ROW * (i // 2 if pairs else i)
        x, width = _LEFT + (min(start, stop) - low) * scale, max(abs(stop - start) * scale, 1.0)
        drawn += Markup(
            '<text x="{tx}" y="{ty}" text-anchor="end" dominant-baseline="middle" fill="{ink}">{words}</text>'
            '<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="16" fill="{colour}" fill-opacity="0.85"/>'
        ).format(tx=_LEFT - 8, ty=top + 9, ink=_INK, words=words, x=x, top=top, width=width, colour=colour)
    height = 16 + _ROW * (len(bars) // 2 if pairs else len(bars))
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" viewBox="0 0 {w} {h}"'
        ' width="100%" font-size="11.5"><title>{title}</title>'
        '<line x1="{left}" y1="0" x2="{left}" y2="{h}" stroke="{line}"/>{drawn}</svg>'
    ).format(title=title, w=_WIDE, h=height, left=_LEFT, line=_LINE, drawn=drawn)
