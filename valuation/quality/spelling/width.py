"""Full-width signs, as Chinese input methods write digits and points, as the plain ones that readers know."""

from typing import Final

import polars as pl

_PLAIN: Final = {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)} | {"\u3000": " ", "￥": "¥", "￡": "£"}
_WIDE = "[\uff01-\uff5e\u3000￥￡]"


def plain_width(text: pl.Series) -> pl.Series:
    """Replace full-width signs; a column without any is given back as it is."""
    if not text.str.contains(_WIDE).any():
        return text
    return text.str.replace_many(list(_PLAIN), list(_PLAIN.values()))
