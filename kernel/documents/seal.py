"""The centre's seal as a picture: its name around a star, what the seal is for below; the same on page and in print."""

import math
from typing import Any, Final

from markupsafe import Markup, escape

from kernel.documents import readable
from kernel.text import Lang, Text

RED: Final = "#a4232a"
USE: Final = Text("签发专用章", "ISSUED")
_RADIUS: Final = 43.0
_WIDEST: Final = 300.0
"""The name covers at most so many degrees of the ring; a long one is set smaller and closer."""
_DEGREES_PER_SIGN: Final = 22.0
_STAR: Final = "M60 42 L64.2 54.2 L77 54.5 L66.8 62.3 L70.6 74.6 L60 67.3 L49.4 74.6 L53.2 62.3 L43 54.5 L55.8 54.2 Z"


def seal_svg(name: str, lang: Lang, *, family: str = "") -> str:
    """Draw the seal of a centre by its registered name; `family` names the font where nothing else does."""
    latin = all(ord(sign) < 0x2E80 for sign in name)
    step = min(_DEGREES_PER_SIGN / (2 if latin else 1), _WIDEST / max(len(name), 1))
    size = min(13.0, step * _RADIUS * math.pi / 180 * (1.5 if latin else 0.82))
    first = -step * (len(name) - 1) / 2
    signs = "".join(
        f'<text x="60" y="{60 - _RADIUS + size * 0.36:.2f}" font-size="{size:.2f}" text-anchor="middle" '
        f'transform="rotate({first + at * step:.2f} 60 60)">{escape(sign)}</text>'
        for at, sign in enumerate(name)
        if sign.strip()
    )
    font = f' font-family="{escape(family)}" font-weight="300"' if family else ""
    label = escape(f"{'印章：' if lang == 'zh' else 'Seal: '}{name}")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="seal" width="120" height="120" viewBox="0 0 120 120" role="img"'
        f' aria-label="{label}"{font} fill="{RED}">'
        f'<circle cx="60" cy="60" r="56" fill="none" stroke="{RED}" stroke-width="3"/>'
        f'<path d="{_STAR}"/>{signs}'
        f'<text x="60" y="92" font-size="8.5" text-anchor="middle">{USE.of(lang)}</text></svg>'
    )


def seal(body: dict[str, Any], lang: Lang) -> Markup:
    """The seal on a page; nothing where the document does not name its centre."""
    name = readable.named_centre(body)
    return Markup(seal_svg(name, lang)) if name else Markup("")  # noqa: S704 -- every text in it is escaped above
