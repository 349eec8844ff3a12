"""Charts of a value as SVG made on the server: self-contained, readable in print and on screen, no script.

Numbers are written as they are in the document; only the places of shapes are approximate.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from markupsafe import Markup

from kernel.text import Lang, Text

_WIDE: Final = 720
_LABEL: Final = 214
_VALUE: Final = 138
_ROW: Final = 30
_BAR: Final = 15
_INK, _SOFT, _UP, _DOWN, _LINE, _PALE = "#1c2733", "#5b6b7a", "#14517a", "#a4232a", "#b8c3cc", "#e7ecf0"
_FONTS: Final = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"


class Swing(NamedTuple):
    """What one driver does to the value: its words, the value after the change down, and after the change up."""

    words: str
    down: Decimal
    up: Decimal


class Band(NamedTuple):
    """An approach's range: its words, low, value, high."""

    words: str
    low: Decimal
    value: Decimal
    high: Decimal


class Year(NamedTuple):
    """One year's income of the data and what it is worth at the base date."""

    words: str
    flow: Decimal
    present: Decimal


class Point(NamedTuple):
    """A comparable: how near it lies (0 to 1), its price as it is and corrected, and whether it was realised."""

    words: str
    nearness: Decimal
    price: Decimal
    corrected: Decimal
    realised: bool


def written(amount: Decimal, places: int = 2, *, sign: bool = False) -> str:
    """An amount with its thousands apart."""
    return f"{amount:{'+' if sign else ''},.{places}f}"


def _frame(title: str, height: float, drawn: Markup) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" viewBox="0 0 {w} {h:.0f}" width="100%"'
        ' font-size="12" font-family="{fonts}" fill="{ink}"><title>{title}</title>{drawn}</svg>'
    ).format(title=title, w=_WIDE, h=height, fonts=_FONTS, ink=_INK, drawn=drawn)


def _text(x: float, y: float, words: str, anchor: str = "start", colour: str = _INK, size: float = 12) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" fill="{}" font-size="{}">{}</text>').format(
        x, y, anchor, colour, size, words
    )


def _rect(x: float, y: float, width: float, height: float, colour: str, opacity: float = 1) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}" fill-opacity="{}"/>').format(
        x, y, max(width, 0.8), height, colour, opacity
    )


def _stroke(x1: float, y1: float, x2: float, y2: float, colour: str = _LINE, dash: str = "") -> Markup:
    dashed = Markup(' stroke-dasharray="{}"').format(dash) if dash else Markup("")
    return Markup('<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}"{}/>').format(
        x1, y1, x2, y2, colour, dashed
    )


def _em(words: str) -> float:
    """About how wide a text is, in ems."""
    return sum(1.0 if ord(each) > 0x2E7F else 0.56 for each in words)


def _label(y: float, words: str, room: float = _LABEL - 10, size: float = 12) -> Markup:
    """A row's words, right-aligned before its bar, in two lines where one has no room for them."""
    if _em(words) * size <= room:
        return _text(_LABEL - 8, y + 4, words, "end", size=size)
    first, second = _halves(words, room / (size - 2))
    small = size - 2
    return _text(_LABEL - 8, y - 2, first, "end", size=small) + _text(_LABEL - 8, y + 10, second, "end", size=small)


def _halves(words: str, room: float) -> tuple[str, str]:
    cut = len(words)
    while cut > 1 and _em(words[:cut]) > room:
        cut -= 1
    nice = max((words.rfind(mark, 0, cut) for mark in (" · ", "：", " ", "、")), default=-1)
    cut = nice if nice > cut // 2 else cut
    rest = words[cut:].removeprefix(" · ").strip()
    while rest and _em(rest) > room:
        rest = rest[:-2].rstrip("…") + "…"
    return words[:cut].strip(), rest


class _Scale:
    """Where an amount lies between two edges of the picture."""

    def __init__(self, amounts: Sequence[Decimal], start: float, end: float, *, zero: bool) -> None:
        low, high = min(amounts, default=Decimal(0)), max(amounts, default=Decimal(1))
        if zero:
            low, high = min(low, Decimal(0)), max(high, Decimal(0))
        self.low, self.high = low, high if high > low else low + 1
        self._start, self._span = start, end - start

    def __call__(self, amount: Decimal) -> float:
        return self._start + float((amount - self.low) / (self.high - self.low)) * self._span


def _legend(entries: Sequence[tuple[str, str]], y: float, x: float = _LABEL) -> Markup:
    drawn = Markup("")
    for colour, words in entries:
        drawn += _rect(x, y - 9, 10, 10, colour, 0.85) + _text(x + 15, y, words, colour=_SOFT, size=11)
        x += 30 + _em(words) * 11
    return drawn


def waterfall(parts: Sequence[tuple[str, Decimal]], total: str, lang: Lang, places: int = 2) -> Markup:
    """How a value is built up: each part from where the last ended, and the total from nothing."""
    edges = [Decimal(0)]
    for _, amount in parts:
        edges.append(edges[-1] + amount)
    scale, drawn = _Scale(edges, _LABEL, _WIDE - _VALUE, zero=True), Markup("")
    for i, (words, amount) in enumerate(parts):
        y, before, after = 20 + _ROW * i, scale(edges[i]), scale(edges[i + 1])
        colour = _UP if amount >= 0 else _DOWN
        drawn += _label(y, words) + _rect(min(before, after), y - 8, abs(after - before), _BAR, colour, 0.85)
        drawn += _stroke(after, y + 7, after, y + _ROW - 8, _SOFT, "2 2")
        drawn += _text(_WIDE - 2, y + 4, written(amount, places, sign=True), "end")
    y = 20 + _ROW * len(parts)
    drawn += _label(y, total) + _rect(scale(Decimal(0)), y - 8, scale(edges[-1]) - scale(Decimal(0)), _BAR, _INK)
    drawn += _text(_WIDE - 2, y + 4, written(edges[-1], places), "end")
    axis = _stroke(scale(Decimal(0)), 4, scale(Decimal(0)), y + 14)
    return _frame(Text("价值构成图", "Waterfall of the value").of(lang), y + 20, axis + drawn)


def tornado(swings: Sequence[Swing], middle: Decimal, lang: Lang, places: int = 2) -> Markup:
    """What moves the value most: the change down and the change up of each driver about the value."""
    ends = [middle, *(end for swing in swings for end in (swing.down, swing.up))]
    right = _WIDE - _VALUE - 20
    scale, drawn, top = _Scale(ends, _LABEL, right, zero=False), Markup(""), 50
    for i, swing in enumerate(swings):
        y = top + _ROW * i
        drawn += _label(y, swing.words)
        for end, colour in ((swing.down, _DOWN), (swing.up, _UP)):
            at, mid = scale(end), scale(middle)
            drawn += _rect(min(at, mid), y - 8, abs(at - mid), _BAR, colour, 0.85)
        drawn += _text(_WIDE - 2, y - 2, written(swing.down, places), "end", _DOWN, 10.5)
        drawn += _text(_WIDE - 2, y + 10, written(swing.up, places), "end", _UP, 10.5)
    height, at = top + _ROW * len(swings) - 4, scale(middle)
    words = Text("参数下调后", "parameter down"), Text("参数上调后", "parameter up")
    legend = _legend([(_DOWN, words[0].of(lang)), (_UP, words[1].of(lang))], 14)
    anchor = "middle" if _LABEL + 60 < at < right - 60 else "start" if at <= _LABEL + 60 else "end"
    head = legend + _text(at, 32, written(middle, places), anchor, size=11) + _stroke(at, 36, at, height, _INK)
    return _frame(Text("敏感性龙卷风图", "Tornado of what moves the value").of(lang), height + 4, head + drawn)


def methods(bands: Sequence[Band], lang: Lang, places: int = 2) -> Markup:
    """The approaches beside each other: each one's range as a bar, its value as a mark."""
    ends = [end for band in bands for end in (band.low, band.value, band.high)]
    scale, drawn = _Scale(ends, _LABEL, _WIDE - _VALUE - 20, zero=True), Markup("")
    row = _ROW + 14
    for i, band in enumerate(bands):
        y, colour = 22 + row * i, _INK if i == len(bands) - 1 and len(bands) > 1 else _UP
        low, high, at = scale(band.low), scale(band.high), scale(band.value)
        drawn += _label(y, band.words) + _rect(low, y - 8, high - low, _BAR, colour, 0.3)
        drawn += _rect(at - 2, y - 11, 4, _BAR + 6, colour)
        drawn += _text(_WIDE - 2, y, written(band.value, places), "end")
        between = f"{written(band.low, places)} – {written(band.high, places)}"
        drawn += _text(_WIDE - 2, y + 14, between, "end", _SOFT, 10)
    height = 22 + row * len(bands) - 12
    axis = _stroke(scale(Decimal(0)), 4, scale(Decimal(0)), height)
    return _frame(Text("各方法结果比较图", "Comparison of the approaches").of(lang), height + 4, axis + drawn)


def cash_flows(years: Sequence[Year], lang: Lang, places: int = 2) -> Markup:
    """What the data earns year by year, and what each year is worth at the base date."""
    amounts = [amount for year in years for amount in (year.flow, year.present)]
    height, bottom, left, right = 268, 214, 12, _WIDE - 12
    scale = _Scale(amounts, bottom, 44, zero=True)
    slot, zero, drawn = (right - left) / max(len(years), 1), scale(Decimal(0)), Markup("")
    wide = min(slot * 0.34, 58)
    size = 10.5 if slot >= 110 else 8.5 if slot >= 74 else 7
    for i, year in enumerate(years):
        middle = left + slot * (i + 0.5)
        for j, (amount, colour) in enumerate(((year.flow, _LINE), (year.present, _UP))):
            at, x = scale(amount), middle + (j - 1) * (wide + 2) + 1
            drawn += _rect(x, min(at, zero), wide, abs(at - zero), colour, 1 if j == 0 else 0.9)
        tall = min(scale(year.flow), scale(year.present), zero)
        drawn += _text(middle, tall - size - 4, written(year.flow, places), "middle", _SOFT, size)
        drawn += _text(middle, tall - 3, written(year.present, places), "middle", _UP, size)
        drawn += _text(middle, bottom + 18, year.words, "middle", size=max(size, 9))
    names = Text("当年收益", "income of the year"), Text("折现至基准日", "present value at the base date")
    legend = _legend([(_LINE, names[0].of(lang)), (_UP, names[1].of(lang))], 14, left)
    drawn += _stroke(left, zero, right, zero, _INK)
    return _frame(Text("收益与现值图", "Income and present value by year").of(lang), height - 28, legend + drawn)


def comparables(points: Sequence[Point], band: Band, lang: Lang, places: int = 2) -> Markup:
    """Comparables by nearness and price: the price as it is, the corrected price, and the band of the value."""
    amounts = [amount for point in points for amount in (point.price, point.corrected)] + [band.low, band.high]
    left, right, top, bottom = 118.0, _WIDE - 70.0, 46.0, 272.0
    spread = (max(amounts) - min(amounts)) / 8 or Decimal(1)
    up = _Scale([*amounts, min(amounts) - spread, max(amounts) + spread], bottom, top, zero=False)
    across = _Scale([Decimal(0), Decimal(1)], left, right, zero=True)
    drawn = _rect(left, up(band.high), right - left, up(band.low) - up(band.high), _UP, 0.1)
    drawn += _stroke(left, up(band.value), right, up(band.value), _UP, "6 3")
    said = Text("评估值", "value").of(lang)
    drawn += _text(right + 4, up(band.value) + 4, said, "start", _UP, 11)
    drawn += Markup("").join(_grid(up, left, right, places)) + _stroke(left, bottom, right, bottom, _INK)
    for tick in range(0, 11, 2):
        x = across(Decimal(tick) / 10)
        drawn += _text(x, bottom + 15, f"0.{tick}" if tick < 10 else "1.0", "middle", _SOFT, 10)
    for point in points:
        drawn += _point(point, across(point.nearness), up(point.price), up(point.corrected))
    axis = Text("与待估资产的接近程度 1/(1+d)", "nearness to the asset 1/(1+d)").of(lang)
    drawn += _text((left + right) / 2, bottom + 32, axis, "middle", _SOFT, 11)
    return _frame(Text("可比案例图", "The comparables").of(lang), bottom + 40, _points_legend(lang, left) + drawn)


def _grid(up: _Scale, left: float, right: float, places: int) -> Iterator[Markup]:
    for i in range(5):
        amount = up.low + (up.high - up.low) * i / 4
        yield _stroke(left, up(amount), right, up(amount), _PALE)
        yield _text(left - 6, up(amount) + 4, written(amount, places if up.high < 1000 else 0), "end", _SOFT, 10)


def _point(point: Point, x: float, raw: float, corrected: float) -> Markup:
    mark = _stroke(x, raw, x, corrected, _LINE)
    mark += Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="#fff" stroke="{}"/>').format(x, raw, _SOFT)
    if point.realised:
        mark += Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4.5" fill="{}"/>').format(x, corrected, _UP)
    else:
        mark += Markup('<path d="M{0:.1f} {1:.1f} l5 9 h-10 z" fill="{2}"/>').format(x, corrected - 5, _DOWN)
    if x + 8 + _em(point.words) * 11 > _WIDE - 40:
        return mark + _text(x - 8, corrected + 4, point.words, "end", size=11)
    return mark + _text(x + 8, corrected + 4, point.words, size=11)


def _points_legend(lang: Lang, left: float) -> Markup:
    names = (
        Text("原价", "price as it is"),
        Text("修正后（成交价）", "corrected, realised"),
        Text("修正后（挂牌价）", "corrected, asking"),
        Text("估值区间", "range of the value"),
    )
    words = [name.of(lang) for name in names]
    marks = (
        Markup('<circle cx="{:.1f}" cy="10" r="4" fill="#fff" stroke="#5b6b7a"/>'),
        Markup('<circle cx="{:.1f}" cy="10" r="4.5" fill="#14517a"/>'),
        Markup('<path d="M{:.1f} 5 l5 9 h-10 z" fill="#a4232a"/>'),
        Markup('<rect x="{:.1f}" y="5" width="12" height="10" fill="#14517a" fill-opacity="0.18"/>'),
    )
    x, drawn = left, Markup("")
    for each, mark in zip(words, marks, strict=True):
        drawn += mark.format(x + 5) + _text(x + 20, 14, each, colour=_SOFT, size=11)
        x += 40 + _em(each) * 11
    return drawn
