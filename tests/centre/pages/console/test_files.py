"""Files through pages: sent as they arrive, judged before they are taken, and chosen where a form asks for one."""

import hashlib
import re

import httpx
import pytest

from centre.pages.console.files import receiving
from tests.centre.pages.people import browser, forms, organisation
from tests.refusals import refused_page

UPLOAD = "/en/console/files?do=upload_file"
SEND = "/en/upload/files?do=upload_file"
CONTENT = b"id,level\n1,3.20\n" * 40_000
"""Larger than a form of words may be, and than one part of a body."""


@pytest.fixture
async def wang(app, client, as_):
    """A provider's member at her browser, signed in, and her organisation's key."""
    made = await organisation(client, await as_("operator"), "wang@p.example", "provider")
    async with browser(app) as opened:
        assert (await opened.sign_in("wang@p.example")).status_code == 303
        opened.key = client.with_key(made["secret"])
        yield opened


async def hidden(opened):
    return forms((await opened.get(UPLOAD)).text, SEND)


async def test_what_is_uploaded_is_the_partys_file_with_its_digest(wang):
    words = await hidden(wang) | {"purpose": "data"}
    answer = await wang.http.post(SEND, data=words, files={"file": ("水位 2026.csv", CONTENT, "text/csv")})
    assert answer.status_code == 303, answer.text
    shown = (await wang.get(answer.headers["location"])).text
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert digest in shown
    [file] = (await wang.key.get("/v1/files")).json()["items"]
    assert (file["name"], file["sha256"], file["size_bytes"]) == ("水位 2026.csv", digest, len(CONTENT))
    assert file["id"] in (await wang.get("/zh/console/files")).text


async def test_a_form_offers_ones_own_files_and_no_others(wang, client, as_):
    theirs = await organisation(client, await as_("operator"), "zhao@q.example", "provider")
    other = client.with_key(theirs["secret"])
    assert (await other("POST", "/v1/files?name=secret.csv&purpose=data", content=b"id\n1\n")).status_code == 201
    mine = (await wang.key("POST", "/v1/files?name=mine.csv&purpose=data", content=b"id\n1\n")).json()
    assert [each["id"] for each in (await wang.key.get("/v1/files")).json()["items"]] == [mine["id"]]
    page = (await wang.get("/en/console/assets/ast_x/revisions?do=add_revision")).text
    assert f'type="checkbox" name="files" value="{mine["id"]}"' in page
    assert "secret.csv" not in page
    evidence = (await wang.get("/en/console/registrations?do=apply_for_registration")).text
    assert f'<option value="{mine["id"]}">mine.csv' in evidence


async def test_a_form_without_its_token_its_file_or_its_end_keeps_nothing(wang):
    words = await hidden(wang) | {"purpose": "data"}
    file = {"file": ("a.csv", CONTENT)}
    refused_page(await wang.http.post(SEND, data=words | {"csrf": "x" * 40}, files=file), 422, "LT-PAG-01")
    refused_page(await wang.http.post(SEND, data=words, files={"file": ("", b"")}), 422, "Choose the file")
    refused_page(await wang.http.post(SEND, data=words | {"purpose": "fun"}, files=file), 422, 'href="#f-purpose"')
    refused_page(await wang.http.post(SEND, data=words | {"more": "x"}, files=file), 422, "cannot be read")
    refused_page(await wang.http.post(SEND, data=words, files={"file": ("a.csv", b"")}), 422)
    whole = httpx.Request("POST", "https://liutong.test", data=words, files=file)
    boundary = re.search("boundary=(.+)", whole.headers["content-type"])[1].encode()
    head = {"content-type": whole.headers["content-type"]}
    body = whole.read()
    cut = await wang.http.post(SEND, content=body[: len(body) // 2], headers=head)
    refused_page(cut, 422, "did not arrive whole")
    part = b"--" + boundary + b'\r\nContent-Disposition: form-data; name="purpose"\r\n\r\ncontract\r\n'
    end = b"--" + boundary + b"--\r\n"
    behind = await wang.http.post(SEND, content=body.removesuffix(end) + part + end, headers=head)
    refused_page(behind, 422, "cannot be read")
    assert (await wang.key.get("/v1/files")).json()["items"] == []


async def test_a_file_of_another_site_or_of_nobody_is_not_read(wang, mallory):
    words = await hidden(wang) | {"purpose": "data"}
    taken = 0

    async def body():
        nonlocal taken
        while taken < 10:
            taken += 1
            yield b"x" * 1000

    head = {"content-type": "multipart/form-data; boundary=b", "sec-fetch-site": "cross-site"}
    refused_page(await wang.http.post(SEND, content=body(), headers=head), 403, "LT-PAG-01")
    answer = await mallory.http.post(SEND, data=words, files={"file": ("a.csv", b"x")})
    refused_page(answer, 401, "LT-SGN-05")
    refused_page(await wang.http.post("/en/upload/orders?do=place_order", data=words, files={"file": ("a", b"x")}), 404)


async def test_words_of_a_form_have_bounds(wang):
    words = await hidden(wang)
    long = words | {"purpose": "x" * (receiving.WORD_BYTES_MAX + 1)}
    refused_page(await wang.http.post(SEND, data=long, files={"file": ("a.csv", b"x")}), 422, "cannot be read")
    refused_page(await wang.http.post(SEND, data=words), 415)
