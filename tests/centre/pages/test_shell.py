"""What every page keeps, whatever stands on it: its headers, its two languages, its refusals and its forms."""

import re
from dataclasses import replace

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from centre.pages.routes import ROUTES
from centre.pages.shell.files import by_served_name, files, static
from kernel.identity import uscc
from tests.conftest import application
from tests.described import description
from tests.refusals import refused_page

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
APPLICATION = {
    "uscc": "91150100MA0NB1KX5" + uscc.check_character("91150100MA0NB1KX5"),
    "name": "草原数据有限公司",
    "kind": "enterprise",
    "roles": "buyer",
    "pledges": ["accept-trading-rules", "truthful-information", "use-within-licence"],
    "contact/name": "联系人",
    "contact/email": "contact@grassland.example",
}


def bears_headers(answer):
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_every_page_has_both_languages_and_is_no_part_of_the_api():
    handlers = [route for route in ROUTES if isinstance(route, HTTPRouteHandler)]
    listed = description()["paths"]
    for route in handlers:
        paged = sorted(path for path in route.paths if path[:4] in ("/zh", "/en", "/zh/", "/en/"))
        assert [path for path in paged if path[:3] == "/en"] == [
            "/en" + path[3:] for path in paged if path[:3] == "/zh"
        ], route.paths
        assert route.opt.get("public") or route.opt.get("members"), route.paths
        assert not {path.replace(":str", "") for path in route.paths} & set(listed)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_page_bears_its_headers_and_its_language(pages, lang):
    page = await pages.get(f"/{lang}")
    bears_headers(page)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "set-cookie" not in page.headers, "no cookie before there is a form"
    assert "strict-transport-security" not in page.headers, "by http nobody is told to come by https"
    tag, other = ("zh-CN", "en") if lang == "zh" else ("en", "zh-CN")
    assert f'<html lang="{tag}">' in page.text
    assert re.findall(r'rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page.text) == [
        ("zh-CN", "http://127.0.0.1:8000/zh"),
        ("en", "http://127.0.0.1:8000/en"),
    ]
    assert f'hreflang="{other}" lang="{other}"' in page.text


async def test_by_https_a_browser_is_told_to_stay_with_it(runtime):
    runtime.settings = replace(runtime.settings, public_url="https://liutong.test")
    with application(runtime) as app:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://liutong.test") as http:
            page = await http.get("/en/apply")
            assert page.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
            cookie = page.headers["set-cookie"]
            assert cookie.startswith("__Host-liutong-form=")
            assert all(word in cookie for word in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"))


@pytest.mark.parametrize(
    ("languages", "home"),
    [(None, "/zh"), ("en-GB,en;q=0.9", "/en"), ("zh-TW", "/zh"), ("fr", "/zh"), ("en;q=0.4, zh;q=0.5", "/zh")],
)
async def test_the_way_in_goes_by_the_readers_language(pages, languages, home):
    answer = await pages.get("/", headers={"accept-language": languages} if languages else {})
    assert (answer.status_code, answer.headers["location"], answer.headers["vary"]) == (303, home, "Accept-Language")


async def test_the_other_language_is_the_same_page_and_question(pages):
    page = await pages.get("/zh/apply?lang=zh")
    assert 'class="lang" href="/en/apply?lang=zh"' in page.text


async def test_files_are_served_under_their_digest_and_kept(pages):
    for name, file in files().items():
        answer = await pages.get(static(name))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
        assert answer.content == file.content
        assert "ratelimit" not in answer.headers, "what every page needs is not counted"
        bears_headers(answer)
    assert len(by_served_name()) == len(files())
    old = await pages.get("/static/pages-0000000000000000.css")
    assert (old.status_code, old.json()["code"]) == (404, "not-found")


def test_what_a_page_brings_along_is_small():
    sizes = {kind: sum(len(f.content) for name, f in files().items() if name.endswith(kind)) for kind in ("css", "js")}
    assert sizes["css"] <= 30_000
    assert sizes["js"] <= 45_000


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/en/nothing", 404, "No such resource"),
        ("/zh/nothing/at/all", 404, "没有此页面"),
        ("/en/nul%00", 404, "No such resource"),
        ("/en?q=1", 400, "There is no such query parameter"),
        ("/zh?q=1", 400, "没有此查询参数"),
    ],
)
async def test_what_is_refused_is_a_page_too(pages, path, status, words):
    page = await pages.get(path)
    refused_page(page, status, words)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    bears_headers(page)
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-request-id"] in page.text


async def test_a_method_that_a_page_does_not_have(pages):
    page = await pages.delete("/en")
    refused_page(page, 405, "not allowed")
    assert page.headers["allow"] == "GET, OPTIONS"
    bears_headers(page)


async def test_what_lies_beside_the_pages_is_a_problem_document_as_before(pages):
    for path in ("/fr/listings", "/zhx", "/v1/nothing", "/english"):
        answer = await pages.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), path


async def test_two_doors_and_never_both(pages, as_):
    member = await as_("buyer")
    refused = await pages.get("/en", headers={"authorization": f"Bearer {member.key}"})
    refused_page(refused, 400, "Pages take no API key")
    assert "LT-PAG-02" in refused.text
    for name in ("__Host-liutong", "__Host-liutong-form"):
        api = await pages.get("/v1/whoami", headers={"cookie": f"{name}={member.key}"})
        assert (api.status_code, api.json()["code"]) == (401, "unauthenticated")


class Endless(httpx.AsyncByteStream):
    """A body that fails the test when somebody reads it."""

    async def __aiter__(self):
        raise AssertionError("the body was read")
        yield b""


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
async def test_a_form_of_another_site_is_refused_unread(pages, site):
    answer = await pages.post("/en/apply", content=Endless(), headers={"sec-fetch-site": site})
    refused_page(answer, 403, "LT-PAG-01")
    bears_headers(answer)


async def test_a_form_without_its_token_is_drawn_again(pages, hidden):
    for cookies, token in (({}, ""), ({}, "x" * 43), ({"__Host-liutong-form": "y" * 43}, "x" * 43)):
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
        data = {**APPLICATION, "csrf": token, "key": "k"}
        answer = await pages.post("/en/apply", data=data, headers={"cookie": cookie, "sec-fetch-site": "same-origin"})
        refused_page(answer, 422)
        assert "The page has expired" not in answer.text
        assert "What you entered is still there" in answer.text
        assert APPLICATION["name"] in answer.text


async def test_a_token_is_good_for_its_visitor_alone(pages, runtime, hidden):
    page = await pages.get("/en/apply")
    stolen = hidden(page.text)
    with application(runtime) as app:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://liutong.test") as another:
            await another.get("/en/apply")
            answer = await another.post("/en/apply", data={**APPLICATION, **stolen})
            refused_page(answer, 422, "LT-PAG-01")


async def test_an_application_is_taken_once(pages, hidden):
    form = hidden((await pages.get("/zh/apply")).text)
    made = await pages.post("/zh/apply", data={**APPLICATION, **form})
    assert (made.status_code, "ltk_" in made.text) == (201, True)
    again = await pages.post("/zh/apply", data={**APPLICATION, **form})
    assert (again.status_code, again.headers["location"]) == (303, "/zh/apply/received")
    told = await pages.get(again.headers["location"])
    assert "已经提交过" in told.text
    assert "ltk_" not in told.text
    other = await pages.post("/zh/apply", data={**APPLICATION, **form, "name": "另一个单位"})
    refused_page(other, 422, "LT-GEN-01")


async def test_a_faulty_form_comes_back_with_every_fault_at_its_field(pages, hidden):
    form = hidden((await pages.get("/en/apply")).text)
    faulty = {**APPLICATION, "uscc": "91150100MA0NB1KX50", "pledges": ["accept-trading-rules"], "contact/email": "no"}
    page = await pages.post("/en/apply", data={**faulty, **form})
    refused_page(page, 422, "<title>Error: ")
    main = page.text.split("<main", 1)[1]
    assert main.index('class="error-summary" role="alert" tabindex="-1"') < main.index("<h1>")
    summary = re.search(r'class="error-summary".*?</div>', page.text, re.DOTALL)[0]
    assert re.findall(r'href="#(f-[\w-]+)"', summary) == ["f-uscc", "f-pledges", "f-contact-email"]
    assert 'href="/en/rules/LT-ADM-02"' in summary or 'href="/en/rules/LT-ADM-03"' in summary
    for field in ("f-uscc", "f-contact-email"):
        assert re.search(rf'id="{field}"[^>]*aria-describedby="[^"]*e-{field[2:]}"[^>]*aria-invalid="true"', page.text)
    assert 'value="91150100MA0NB1KX50"' in page.text
    assert hidden(page.text)["key"] == form["key"], "what was refused is not done: its key still stands for it"
    missing = await pages.post("/en/apply", data=form)
    refused_page(missing, 422, "There is a problem")
    summary = re.search(r'class="error-summary".*?</div>', missing.text, re.DOTALL)[0]
    assert [
        words in summary
        for words in (
            'href="#f-uscc">Unified social credit code: ',
            'href="#f-roles">What you will take part as: ',
            'href="#f-contact-name">Name of the contact: ',
            'href="#f-contact-email">E-mail of the contact: ',
        )
    ] == [True] * 4
    assert "f-member" not in summary, "who signs in may be left out whole"


async def test_what_a_form_does_not_hold_is_refused(pages, hidden):
    form = hidden((await pages.get("/en/apply")).text)
    strange = await pages.post("/en/apply", data={**APPLICATION, **form, "centre": "true"})
    refused_page(strange, 400, "/centre")
    unseen = await pages.post("/en/apply", data={**APPLICATION, **form, "name": "abc\u202edef"})
    refused_page(unseen, 422, 'href="#f-name"')
    kind = await pages.post("/en/apply", content=b"{}", headers={"content-type": "application/json"})
    refused_page(kind, 415, "application/x-www-form-urlencoded")
    large = await pages.post("/en/apply", data={**APPLICATION, **form, "name": "x" * 70_000})
    refused_page(large, 413, "65536")
    many = await pages.post("/en/apply", data=form | {"roles": ["buyer"] * 500})
    refused_page(many, 400, "cannot be read")


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"


async def test_what_was_entered_comes_back_as_text(pages, hidden):
    form = hidden((await pages.get("/en/apply")).text)
    names = [name for name in APPLICATION if name not in ("roles", "pledges", "kind")]
    page = await pages.post(
        "/en/apply", data={**dict.fromkeys(names, HOSTILE), "roles": HOSTILE, "csrf": form["csrf"], "key": HOSTILE}
    )
    refused_page(page, 422)
    assert "<script>alert" not in page.text
    assert "<img" not in page.text.split("<main", 1)[1]
    for path in (f"/en/{HOSTILE}", f"/en?{HOSTILE}=1", f"/zh/apply?lang={HOSTILE}", f"/en/apply?x={HOSTILE}"):
        answer = await pages.get(path)
        assert "<script>alert" not in answer.text, path
        assert "<img src=x" not in answer.text, path
