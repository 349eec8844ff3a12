"""An objection by the page of a notice: the same as by the API, under the member's name, with its evidence."""

import pytest

from tests.centre.pages.people import forms
from tests.refusals import refused_page
from tests.rights import story

EVIDENCE = b"a contract of 2021 over the same data"


@pytest.fixture
async def where(as_):
    provider, registrar = await as_("provider"), await as_("registrar")
    case = await story.noticed(registrar, await story.submitted(provider, b"content"))
    return f"/en/notices/{case['id']}/objection"


async def test_a_member_objects_and_strangers_see_how(where, li, mallory, as_):
    stranger = await mallory.get(where)
    assert stranger.status_code == 200
    assert "Sign in to object" in stranger.text
    assert "<form" not in stranger.text
    refused_page(await mallory.http.post(where, files={"evidence/0": ("a.pdf", EVIDENCE)}), 401, "LT-SGN-05")
    page = await li.get(where)
    hidden = forms(page.text, where)
    empty = await li.http.post(where, data=hidden | {"statement": ""}, files={"evidence/1": ("", b"")})
    refused_page(empty, 422, "LT-RGT-20", 'href="#f-statement"', 'href="#f-evidence-0"')
    entered = forms(empty.text, where) | {"statement": "The data is ours by a contract of 2021."}
    assert entered["key"] == hidden["key"]
    large = await li.http.post(where, data=entered, files={"evidence/1": ("a.pdf", bytes(10 * 1024**2 + 1))})
    refused_page(large, 422, "larger than 10 MiB", 'href="#f-evidence-1"', "by a contract of 2021")
    files = {"evidence/1": ("contract.pdf", EVIDENCE)}
    forged = await li.http.post(where, data=entered | {"csrf": "x"}, files=files)
    refused_page(forged, 422, "LT-PAG-01")
    made = await li.http.post(where, data=entered, files=files)
    assert made.status_code == 303, made.text
    [objection] = (await (await as_("registrar")).get("/v1/objections")).json()["items"]
    assert made.headers["location"] == f"/en/console/objections/{objection['id']}"
    assert objection["statement"] == entered["statement"]
    assert [each["name"] for each in objection["evidence"]] == ["contract.pdf"]
    again = await li.http.post(where, data=entered, files=files)
    assert (again.status_code, again.headers["location"]) == (303, "/en/console/objections")
    assert len((await (await as_("registrar")).get("/v1/objections")).json()["items"]) == 1


@pytest.mark.slow
async def test_what_is_not_in_notice_has_no_form(li, as_):
    case = await story.submitted(await as_("provider"), b"content")
    refused_page(await li.get(f"/en/notices/{case['id']}/objection"), 404, "There is no such page")
    refused_page(await li.get("/en/notices/x/objection"), 404, "There is no such page")
