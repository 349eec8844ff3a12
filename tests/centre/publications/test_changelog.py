"""The table of changes: what it may not promise, what callers of deprecated operations are told, what may not go."""

import copy
import json
import warnings

import pytest

from centre.agents.tools import TOOLS
from centre.description import handlers
from centre.publications.changelog.headers import DeprecationHeaders, by_path
from centre.publications.changelog.rules import ApiChangeKind, deprecated, faults, read, table
from kernel.http.docs import deprecate
from liutong_client import calls, operations
from release import api
from tests.conftest import application
from tests.refusals import refused

SPEC = json.loads(api.DESCRIPTION.read_text(encoding="utf-8"))
RELEASED = api.RELEASED.read_text(encoding="utf-8").splitlines()
PAGE = "https://liutong.test/changelog"

ENTRY = """
[[change]]
id = "old-rulebook"
on = 2026-12-01
kind = "deprecated"
operations = ["get_rulebook"]
members = ["ApiChangeView.zh"]
deprecated_at = {since}
sunset_at = {until}
zh = "规则手册改由他处提供。"
en = "The rulebook is read elsewhere."
"""
FAULTLESS = ENTRY.format(since="2027-01-01T00:00:00Z", until="2027-06-30T00:00:00Z")
REMOVED = (
    '[[change]]\nid = "gone"\non = {on}\nkind = "removed"\noperations = ["get_rulebook"]\nzh = "移除"\nen = "Gone"\n'
)


@pytest.mark.parametrize(("since", "until", "words"), [
    ("2027-01-01T00:00:00Z", "2026-12-31T00:00:00Z", "the sunset comes before the deprecation"),
    ("2027-01-01T00:00:00Z", "2027-06-29T23:59:59Z", "180 days at least"),
    ("2027-01-01T00:00:00", "2027-06-30T00:00:00Z", "timezone"),
])  # fmt: skip
def test_a_sunset_is_never_early(since, until, words):
    with pytest.raises(ValueError, match=words):
        read(ENTRY.format(since=since, until=until))


def test_what_is_removed_was_deprecated_and_its_sunset_is_over():
    assert read(REMOVED.format(on="2027-06-30") + FAULTLESS)[0].kind is ApiChangeKind.REMOVED
    with pytest.raises(ValueError, match="get_rulebook was not deprecated, or not long enough"):
        read(REMOVED.format(on="2027-06-29") + FAULTLESS)
    with pytest.raises(ValueError, match="the id stands twice; the newest change comes first"):
        read(FAULTLESS + REMOVED.format(on="2027-07-01") + FAULTLESS)
    assert "get_rulebook" not in deprecated(read(REMOVED.format(on="2027-06-30") + FAULTLESS))


def test_this_release_has_a_faultless_table_and_names_what_is_there():
    named = {operation["operationId"] for path in SPEC["paths"].values() for operation in path.values()}
    assert list(faults(table())) == []
    assert {name for each in table() if each.kind is not ApiChangeKind.REMOVED for name in each.operations} <= named


def test_no_tool_of_an_agent_leads_to_what_is_deprecated():
    """An agent sees no headers of the operation behind its tool."""
    assert {tool.operation for tool in TOOLS}.isdisjoint(deprecated(table()))


async def test_callers_of_a_deprecated_operation_are_told(runtime):
    told = by_path(handlers(), deprecated(read(FAULTLESS)), PAGE)
    with application(runtime) as app:
        import httpx

        transport = httpx.ASGITransport(app=DeprecationHeaders(app, told))
        async with httpx.AsyncClient(transport=transport, base_url="https://liutong.test") as http:
            answer, refusal = await http.get("/v1/rulebook"), await http.get("/v1/rulebook?colour=red")
            other = await http.get("/v1/problems")
    for each in (answer, refusal):
        assert each.headers["deprecation"] == "@1798761600"
        assert each.headers["sunset"] == "Wed, 30 Jun 2027 00:00:00 GMT"
        assert f'<{PAGE}#old-rulebook>; rel="deprecation"' in each.headers["link"]
        assert f'<{PAGE}#old-rulebook>; rel="sunset"' in each.headers["link"]
    assert answer.status_code == 200
    refused(refusal, 400, "invalid-input")
    assert "deprecation" not in other.headers
    call = calls.build(operations.get_rulebook, {})
    with pytest.warns(DeprecationWarning, match="get_rulebook.*2027-01-01.*30 Jun 2027"):
        calls.answer(call, answer.status_code, answer.headers, answer.content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calls.answer(call, 200, {"deprecation": "true"}, answer.content)


def test_what_is_deprecated_stands_so_in_the_description_or_the_product_does_not_start():
    spec = copy.deepcopy(SPEC)
    deprecate(spec, ["get_rulebook", "ApiChangeView.zh"])
    assert spec["paths"]["/v1/rulebook"]["get"]["deprecated"] is True
    assert spec["components"]["schemas"]["ApiChangeView"]["properties"]["zh"]["deprecated"] is True
    with pytest.raises(ValueError, match=r"not there: ApiChangeView\.fr"):
        deprecate(spec, ["ApiChangeView.fr"])
    with pytest.raises(ValueError, match="get_coffee"):
        by_path(handlers(), {"get_coffee": table()[0]}, PAGE)


def test_nothing_that_was_released_goes_without_an_entry():
    """`python -m release.api > release/api-released.txt` writes the fingerprint at a release."""
    said = {
        name for each in table() if each.kind in (ApiChangeKind.REMOVED, ApiChangeKind.CHANGED) for name in each.names
    }
    assert [
        each for each in api.breaks(RELEASED, SPEC) if each not in said and each.partition("?")[0] not in said
    ] == []


def _without_rulebook(spec):
    del spec["paths"]["/v1/rulebook"]


def _moved(spec):
    spec["paths"]["/v1/rules"] = spec["paths"].pop("/v1/rulebook")


def _without_id(spec):
    del spec["components"]["schemas"]["OrderView"]["properties"]["id"]


def _needs_more(spec):
    spec["components"]["schemas"]["PlaceOrder"]["required"].append("use_case")


def _without_limit(spec):
    spec["paths"]["/v1/orders"]["get"]["parameters"].clear()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        pytest.param(change, broken, id=change.__name__)
        for change, broken in (
            (_without_rulebook, "get_rulebook"),
            (_moved, "get_rulebook"),
            (_without_id, "OrderView.id"),
            (_needs_more, "PlaceOrder.use_case"),
            (_without_limit, "list_orders?limit"),
        )
    ],
)
def test_what_breaks_a_caller_is_seen(change, broken):
    spec = copy.deepcopy(SPEC)
    released = api.fingerprint(spec)
    assert api.breaks(released, spec) == []
    change(spec)
    assert broken in api.breaks(released, spec)


@pytest.mark.slow
async def test_the_table_is_read_by_people_and_programs(pages):
    [*rows] = (await pages.get("/v1/changelog")).json()
    assert [each["id"] for each in rows] == [each.id for each in table()]
    page = (await pages.get("/en/changelog")).text
    assert all(f'id="{each.id}"' in page for each in table())
    assert (await pages.get("/changelog")).headers["location"] in ("/zh/changelog", "/en/changelog")
