"""The portal as anybody reads it: every page in both languages, alike in build, small, closed to what users wrote."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from centre.pages.portal.parts import PARTS, parts_of
from kernel.rules import rulebook
from tests.centre.pages.world import HOSTILE, world
from tests.conftest import NOW
from tests.refusals import refused_page

HTML_BYTES_MAX = 60_000
_TAGS = re.compile(r"<(/?)(main|section|aside|h1|h2|h3|table|form|fieldset|nav|dl|ol|ul)\b")


@pytest.fixture
async def made(as_, runtime, clock, drain):
    return await world(as_, runtime, clock, drain)


def build(html: str) -> list[tuple[str, str]]:
    """The skeleton of a page."""
    return _TAGS.findall(html)


class _Attributes(HTMLParser):
    """The names of all attributes, as a browser would read them."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def handle_starttag(self, tag, attrs):
        self.names |= {name for name, _ in attrs}


def attributes(html):
    parser = _Attributes()
    parser.feed(html)
    return parser.names


MISSING = ("/nothing/here", "/verify?certificate=SJ1512026119999")
_SCRIPT = re.compile(r'<script src="/static/pages-[0-9a-f]{16}\.js" type="module"></script>')


def check(page, lang):
    """What holds of every page."""
    assert f'<html lang="{lang}">' in page.text
    assert len(page.content) <= HTML_BYTES_MAX
    assert page.text.count("<h1>") == 1
    assert page.text.count("hreflang") == 3
    assert "<script" not in _SCRIPT.sub("", page.text), "one script of ours and none that anybody wrote"
    assert "style" not in attributes(page.text)
    assert re.findall(r"<img src=x|<i>|javascript:", page.text) == []
    assert [name for name in attributes(page.text) if name.startswith("on")] == []
    outside = page.text.replace("http://127.0.0.1:8000", "")
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', outside), "nothing is fetched from anybody else"


async def test_every_page_in_both_languages(made, pages):
    for path in made.pages:
        chinese, english = [await pages.get(f"/{lang}{path}") for lang in ("zh", "en")]
        for page, lang in ((chinese, "zh-CN"), (english, "en")):
            assert (path in MISSING) is (page.status_code != 200), page.text[:500]
            check(page, lang)
        assert build(chinese.text) == build(english.text), path
        assert "None" not in english.text.replace("None on record", "").replace("None.", "")


@pytest.mark.slow
async def test_braces_that_a_user_writes_compute_nothing(made, pages):
    page = (await pages.get(f"/en/listings/{made.listing['id']}")).text
    assert "{{ 7 * 7 }}" in page


@pytest.mark.slow
async def test_a_product_shows_what_a_buyer_judges_by(made, pages):
    page = (await pages.get(f"/en/listings/{made.listing['id']}")).text
    for words in ("CNY 12,500.00", made.certificate, "Completeness", "permitted", "not permitted", "research",
                  "365 days from settlement", "Inclusion proof", "Offers that can be taken", "4 stars"):  # fmt: skip
        assert words in page, words
    assert re.search(r'href="/en/rules/LT-LST-02"', page)
    chinese = (await pages.get(f"/zh/listings/{made.listing['id']}")).text
    assert "¥12,500.00" in chinese
    assert "自结算之日起 365 天" in chinese


@pytest.mark.slow
async def test_choices_stand_in_the_address(made, pages):
    page = (await pages.get("/en/listings?q=orders&price_kind=one-off&q=")).text
    assert "1 listing" in page
    assert "price_kind=one-off" not in re.search(r'class="chip" href="([^"]+)"', page)[1]
    nothing = (await pages.get("/en/listings?price_kind=free")).text
    assert "Nothing matches" in nothing
    browser = await pages.get("/en/listings?q=&price_max=&sort=relevance")
    assert browser.status_code == 200, "a browser without scripts sends its empty fields"
    dear = (await pages.get("/en/listings?price_max=12,499.99")).text
    assert "Nothing matches" in dear
    refused_page(await pages.get("/en/listings?grade=splendid"), 400, "excellent", "/query/grade")
    refused_page(await pages.get("/zh/listings?colour=red"), 400, "没有此查询参数")
    refused_page(await pages.get("/zh/listings?price_max=abc"), 400, "price_max")
    hostile = await pages.get("/en/listings", params={"q": HOSTILE, "theme": HOSTILE, "provider": HOSTILE})
    check(hostile, "en")
    assert "Nothing matches" in hostile.text


@pytest.mark.slow
async def test_what_is_not_public_has_no_page(made, pages, as_):
    buyer = await as_("buyer")
    for path in (f"/providers/{buyer.party}", "/providers/pty_00000000000000000000000000", "/providers/x",
                 "/listings/lst_00000000000000000000000000", "/listings/x", "/rules/LT-XXX-99",
                 "/rules?part=XXX"):  # fmt: skip
        refused_page(await pages.get(f"/en{path}"), 404, "There is no such page")


def test_every_part_of_the_rulebook_has_a_name():
    assert [part for part in parts_of(rulebook.in_force(NOW.date())) if part not in PARTS] == []


async def test_a_file_too_many_is_told_when_to_come_again(pages, runtime):
    runtime.settings = replace(runtime.settings, verifications_per_minute=1)
    first, second = [await pages.post("/en/verify", files={"file": ("a.json", b"hello")}) for _ in range(2)]
    refused_page(first, 422, "LT-VRF-02")
    refused_page(second, 429, "LT-VRF-04")
    assert int(second.headers["retry-after"]) >= 1
