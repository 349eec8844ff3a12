"""Somebody at a browser without scripts: opens pages, follows their words, fills in their forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

CHOSEN = frozenset({"radio", "checkbox"})


@dataclass
class Form:
    """A form that is posted: where to, what can be entered, and what stands in it."""

    action: str
    names: set[str] = field(default_factory=set)
    values: dict[str, list[str]] = field(default_factory=dict)
    has_file: bool = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._form: Form | None = None
        self._area = self._choice = ""
        self._link: str | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._link, self._words = given.get("href", ""), ""
        if tag == "form" and given.get("method") == "post":
            self._form = Form(given["action"])
            self.forms.append(self._form)
        if self._form is None:
            return
        if given.get("name"):
            self._form.names.add(given["name"])
        if tag == "input" and given.get("type") == "file":
            self._form.has_file = True
        elif tag == "input" and given.get("name") and (given.get("type") not in CHOSEN or "checked" in given):
            self._form.values.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area, self._words = given["name"], ""
        elif tag == "select":
            self._choice = given["name"]
        elif tag == "option" and "selected" in given:
            self._form.values[self._choice] = [given["value"]]

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self.links.setdefault(" ".join(self._words.split()), self._link)
            self._link = None
        elif tag == "textarea" and self._form is not None:
            self._form.values[self._area] = [self._words.removeprefix("\n")]
        elif tag == "form":
            self._form = None


@dataclass
class Walker:
    """Who walks, and the page that is open."""

    http: httpx.AsyncClient
    page: Any = None

    async def open(self, path: str, status: int = 200) -> str:
        """Open a page, and what it leads to by itself."""
        self.page = await self.http.get(path, follow_redirects=True)
        assert self.page.status_code == status, (path, self.page.status_code, self.page.text)
        return str(self.page.text)

    @property
    def text(self) -> str:
        """The page that is open."""
        return str(self.page.text)

    @property
    def id(self) -> str:
        """The last part of the address of the page: the id of what it shows."""
        return str(self.page.url.path.rsplit("/", 1)[-1])

    async def follow(self, words: str) -> str:
        """Follow the first link whose words begin so."""
        links = _read(self.text).links
        [href, *_] = [href for said, href in links.items() if said.startswith(words)] or [None]
        assert href is not None, (words, sorted(links))
        return await self.open(href)

    async def send(self, entered: dict[str, Any] | None = None, *, status: int = 200, file: Any = None) -> str:
        """Send the form of the page, whose fields must be there, and go where it leads."""
        [form] = _read(self.text).forms
        missing = set(entered or ()) - form.names
        assert not missing, (missing, sorted(form.names))
        sent = {"files": {"file": file}} if form.has_file else {}
        values = form.values | (entered or {})
        self.page = await self.http.post(form.action, data=values, follow_redirects=True, **sent)
        assert self.page.status_code == status, (form.action, self.page.status_code, self.page.text)
        return self.text


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html.partition("<main")[2])
    return reader
