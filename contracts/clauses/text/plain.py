"""A contract as plain text in one language; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.clauses.text.blocks import Document, in_language
from kernel.text import Lang


def plain(document: Document, lang: Lang) -> str:
    """The whole text: a heading or a paragraph a line, and the cells of a table parted by bars."""
    said = in_language(document, lang)
    return "\n".join([said["title"], said["label"], "", *_lines(said["blocks"], lang)]).strip() + "\n"


def _lines(blocks: list[Mapping[str, Any]], lang: Lang) -> Iterator[str]:
    for block in blocks:
        match block["block"]:
            case "heading":
                yield ""
                yield " ".join(part for part in (block["number"], block["text"]) if part)
            case "paragraph":
                yield " ".join(part for part in (block["number"], block["text"]) if part)
            case "table":
                for row in ([block["head"]] if block["head"] else []) + block["rows"]:
                    yield " | ".join(cell.replace("\n", "; " if lang == "en" else "；") for cell in row)
            case "signature":
                yield ""
                for role, name in block["places"]:
                    colon, signature = ("：", "签名：") if lang == "zh" else (": ", "Signature: ")
                    yield f"{role}{colon}{name}    {signature}________________"
