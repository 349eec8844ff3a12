"""Filling in forms as a browser without scripts does: what stands in them already is sent with what is entered."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

VOID = frozenset({"submit", "button", "file"})


@dataclass
class Form:
    """A form of a page: where it goes, and what stands in its fields."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Reads the forms that are posted, and every link."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._open: Form | None = None
        self._area: str | None = None
        self._choice: str | None = None
        self._link: str | None = None
        self._said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._link, self._said = given.get("href", ""), ""
        if tag == "form" and given.get("method") == "post":
            self._open = Form(given["action"])
            self.forms.append(self._open)
        if self._open is None or (tag != "option" and not given.get("name")):
            return
        if tag == "input" and given.get("type", "text") not in VOID:
            if given.get("type") not in ("radio", "checkbox") or "checked" in given:
                self._open.values.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "textarea":
            self._area, self._said = given["name"], ""
        elif tag == "select":
            self._choice = given["name"]
        elif tag == "option" and self._choice and "selected" in given:
            self._open.values[self._choice] = [given["value"]]

    def handle_data(self, data: str) -> None:
        self._said += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            self.links.setdefault(" ".join(self._said.split()), self._link)
            self._link = None
        elif tag == "textarea" and self._open is not None and self._area:
            self._open.values[self._area] = [self._said.removeprefix("\n")]
            self._area = None
        elif tag == "select":
            self._choice = None
        elif tag == "form":
            self._open = None


def read(html: str) -> _Reader:
    """The forms and the links of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader


@dataclass
class Reader:
    """Somebody at a browser without scripts, who follows the words of links and fills in what forms ask."""

    http: httpx.AsyncClient
    page: httpx.Response | None = None

    async def open(self, path: str) -> str:
        """Open a page, and whatever it leads to by itself; gives its text."""
        self.page = await self.http.get(path, follow_redirects=True)
        assert self.page.status_code == 200, (path, self.page.status_code, self.page.text)
        return self.page.text

    @property
    def text(self) -> str:
        """The page that is open."""
        assert self.page is not None
        return self.page.text

    @property
    def at(self) -> str:
        """The path of the page that is open."""
        assert self.page is not None
        return self.page.url.raw_path.decode()

    async def follow(self, words: str) -> str:
        """Follow the link that bears these words."""
        links = read(self.text).links
        assert words in links, (words, sorted(links))
        return await self.open(links[words])

    async def send(self, status: int = 200, **entered: Any) -> str:
        """Send the form of the page with what stands in it and what is entered, and go where it leads.

        A double underscore stands for the stroke in a field's name.
        """
        [form] = [each for each in read(self.text).forms if "sign-out" not in each.action]
        values = form.values | {name.replace("__", "/"): value for name, value in entered.items()}
        self.page = await self.http.post(form.action, data=values, follow_redirects=True)
        assert self.page.status_code == status, (form.action, self.page.status_code, self.page.text)
        return self.page.text
