"""Charts of quality as SVG made on the server: self-contained, readable in print, no script; of value: value_charts."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

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

_WIDE, _HIGH, _LEFT, _FOOT = 560, 180, 34, 24


def history(scores: Sequence[tuple[str, str]], lang: Lang) -> Markup:
    """Scores one after another from 0 to 100, each under its day; nothing for fewer than two."""
    if len(scores) < _LINE_POINTS:
        return Markup("")
    step = (_WIDE - 2 * _LEFT) / (len(scores) - 1)
    places = [(_LEFT + step * n, _height(float(score))) for n, (_, score) in enumerate(scores)]
    grid = Markup("").join(
        Markup(
            '<line x1="{l}" y1="{y:.1f}" x2="{r}" y2="{y:.1f}" stroke="#d9e0e6"/>'
            '<text x="{t}" y="{y:.1f}" text-anchor="end" dominant-baseline="middle" fill="#465563">{level}</text>'
        ).format(l=_LEFT, r=_WIDE - _LEFT, t=_LEFT - 6, y=_height(level), level=level)
        for level in (0, 50, 100)
    )
    dots = Markup("").join(
        Markup(
            '<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#14517a"><title>{day}: {score}</title></circle>'
        ).format(x=x, y=y, day=day, score=score)
        for (x, y), (day, score) in zip(places, scores, strict=True)
    )
    ends = Markup('<text x="{l}" y="{y}" fill="#465563">{first}</text>').format(
        l=_LEFT, y=_HIGH - 4, first=scores[0][0]
    )
    ends += Markup('<text x="{r}" y="{y}" text-anchor="end" fill="#465563">{last}</text>').format(
        r=_WIDE - _LEFT, y=_HIGH - 4, last=scores[-1][0]
    )
    title = "历次质量得分，数值见下表" if lang == "zh" else "Quality scores over time; the table below has the numbers"
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" viewBox="0 0 {w} {h}" font-size="12">'
        '<title>{title}</title>{grid}<polyline points="{line}" fill="none" stroke="#14517a" stroke-width="2"/>'
        "{dots}{ends}</svg>"
    ).format(title=title, w=_WIDE, h=_HIGH, grid=grid, line=line, dots=dots, ends=ends)


_LINE_POINTS = 2


def _height(score: float) -> float:
    return 10 + (_HIGH - _FOOT - 10) * (1 - score / 100)


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


TEMPLATE_FUNCTIONS: dict[str, Callable[..., Any]] = {"quality_radar": radar, "quality_bar": bar}
