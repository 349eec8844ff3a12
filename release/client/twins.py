"""The blocking client, made from the one for asyncio: the same words without `async`, `await` and the names of it."""

import re
from typing import Final

NAMES: Final = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "aclose": "close",
    "aread": "read",
    "aiter_raw": "iter_raw",
    "asynccontextmanager": "contextmanager",
    "aio": "blocking",
}
"""What is named otherwise; besides, a name that begins with Async loses that."""

NOTE: Final = "Generated from the twin for asyncio by `python -m release.client`: never edited."

_WORD: Final = re.compile(r"\b(?:async |await |[A-Za-z_]+\b)")


def blocking(text: str) -> str:
    """The blocking twin of a module's text, not yet formatted."""
    said, _, rest = text.partition('"""\n')
    return f'{said.rstrip()}\n\n{NOTE}\n"""\n' + _WORD.sub(lambda match: _named(match[0]), rest)


def _named(word: str) -> str:
    if word in ("async ", "await "):
        return ""
    return NAMES.get(word) or word.removeprefix("Async") or word
