"""How the files of a contract are written, as its `servers` say: delimiter and encoding of CSV."""

import codecs
from collections.abc import Mapping
from typing import Any

from kernel.text import Text
from valuation.quality.contract.faults import Faults


def servers(faults: Faults, document: Mapping[str, Any]) -> None:
    """Refuse a delimiter that is not one character, and an encoding that nobody knows."""
    for place, server in faults.items("/servers", document.get("servers")):
        if str(server.get("format", "")).lower() != "csv":
            continue
        delimiter = server.get("delimiter")
        if delimiter is not None and not _separates(str(delimiter).replace("\\t", "\t")):
            faults.add(
                f"{place}/delimiter",
                Text("分隔符须为一个 ASCII 字符。", "A delimiter is one ASCII character."),
                Text("例如 “,”、“;”、“|” 或 \\t。", "For example ',', ';', '|' or \\t."),
            )
        if (encoding := server.get("encoding")) is not None and not _known(encoding):
            faults.add(
                f"{place}/encoding",
                Text(f"不认识的编码：{str(encoding)[:40]}", f"Unknown encoding: {str(encoding)[:40]}"),
                Text("例如 utf-8、gb18030、utf-16。", "For example utf-8, gb18030, utf-16."),
            )


def _separates(text: str) -> bool:
    printed = text == "\t" or text.isprintable()
    return len(text) == 1 and text.isascii() and printed and text not in {'"', "\\", " "}


def _known(encoding: Any) -> bool:
    """Only codecs of texts: Python also has some from bytes to bytes."""
    try:
        return codecs.lookup(str(encoding))._is_text_encoding  # noqa: SLF001 -- the only way to ask.
    except (LookupError, ValueError):
        return False
