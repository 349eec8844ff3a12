"""One's own files where a form asks for the id of one: to be chosen, not copied."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request

from centre.pages.console import naming
from centre.pages.console.calling import call
from centre.pages.console.entering import Entry
from centre.pages.shell.rendering import words_of
from centre.pages.shell.words import Words
from kernel.views.paging import LIMIT_MAX

Http = Request[Any, Any, Any]

KINDS: Final = frozenset({"file", "files"})
PERMISSION: Final = "kernel:file:write"


@dataclass(frozen=True, slots=True)
class Offer:
    """The files that a form offers, the newest first, as pairs of id and words; with `more` there are others."""

    files: tuple[tuple[str, str], ...] = ()
    more: bool = False

    def beside(self, chosen: str) -> tuple[tuple[str, str], ...]:
        """The files, and one that was chosen by its id and is not among them."""
        if not chosen or any(chosen == id_ for id_, _ in self.files):
            return self.files
        return ((chosen, chosen), *self.files)


async def offered(request: Http, entries: Sequence[Entry]) -> Offer:
    """What a form of these fields offers; nothing where none of them wants a file."""
    if PERMISSION not in request.user.permissions or not any(each.kind in KINDS for each in _leaves(entries)):
        return Offer()
    answer = await call(request, "get", "/v1/files", query=urlencode({"limit": LIMIT_MAX}))
    if answer.is_refused:
        return Offer()
    told, words = answer.read(), words_of(request)
    named = tuple((each["id"], _said(words, each)) for each in told["items"])
    return Offer(named, told["next"] is not None)


def _leaves(entries: Sequence[Entry]) -> Iterator[Entry]:
    return (leaf for each in entries for leaf in each.leaves())


def _said(words: Words, file: Mapping[str, Any]) -> str:
    """What a file is known by: its name, what it is for, its size and its day."""
    purpose = words.of(naming.value(file["purpose"]))
    return f"{file['name']} – {purpose}, {words.size(file['size_bytes'])}, {words.day(file['created_at'])}"
