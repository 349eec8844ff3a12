"""Every page has two addresses, /zh/… and /en/…: which of them a path is, and how the other is called."""

from typing import Final
from urllib.parse import quote

from litestar.types import HTTPScope, Scope

from kernel.text import Lang

LANGS: Final[tuple[Lang, ...]] = ("zh", "en")
TAGS: Final[dict[Lang, str]] = {"zh": "zh-CN", "en": "en"}
"""Language tags (BCP 47), as `lang` and `hreflang` say them."""


def paths(path: str) -> list[str]:
    """The two addresses of a page, for its route; `paths("/")` are the two homes."""
    return [f"/{lang}{'' if path == '/' else path}" for lang in LANGS]


def is_page(path: str) -> bool:
    """Whether a path lies among the pages, also where there is none."""
    return path in ("/zh", "/en") or path.startswith(("/zh/", "/en/"))


def lang_of_path(path: str) -> Lang:
    """The language of a page's path."""
    return "en" if path[:3] == "/en" else "zh"


def other(lang: Lang) -> Lang:
    """The language that a page offers to switch to."""
    return "en" if lang == "zh" else "zh"


def address(scope: Scope | HTTPScope, lang: Lang) -> str:
    """The same page in a language, with its query where it was asked for by GET."""
    rest = quote(scope["path"][3:], safe="/:@!$&'()*+,;=~")
    query = scope["query_string"].decode("latin-1") if scope.get("method") == "GET" else ""
    return f"/{lang}{rest}" + (f"?{query}" if query else "")
