"""What our own scan finds binds the gates: listing, order and contract wait until the declaration agrees."""

import random

import polars as pl
import pytest

from rights.classification.rules import GateFacts
from rights.classification.scan import binding
from tests.conftest import NOW
from tests.market.listings.story import Shelf
from tests.refusals import refused
from tests.valuation import makers as valuation
from valuation.quality.profile.personal import id_card

CONTRACT = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "people",
    "version": "1.0.0",
    "schema": [{"name": "people", "properties": [{"name": "spend", "logicalType": "integer"}]}],
}


def people(rows: int = 200) -> pl.DataFrame:
    """Rows with identity card numbers whose check characters are right."""
    draw, found = random.Random(7), []
    while len(found) < rows:
        born = f"{draw.randint(1960, 1999)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"
        first = f"150102{born}{draw.randint(0, 999):03d}"
        found += [first + last for last in "0123456789X" if id_card(first + last)]
    return pl.DataFrame({"id_card": found[:rows], "spend": [i % 97 for i in range(rows)]})


@pytest.fixture
async def shelf(as_, clock, drain) -> Shelf:
    """A certified and scored asset of people whose provider declares that there are none."""
    provider = await as_("provider")
    revision = await valuation.make_asset(provider, people=valuation.parquet(people()))
    made = Shelf(as_, clock, drain, provider, revision["asset_id"], revision)
    await made.classify()
    await made.certify()
    run = await valuation.score(provider, made.asset_id, drain, CONTRACT)
    assert run["status"] == "succeeded", run
    return made


@pytest.mark.slow
async def test_undeclared_personal_data_is_held_until_a_named_officer_lets_it_stand(shelf, as_):
    draft = await shelf.draft()
    path = f"/v1/listings/{draft['id']}/submission"
    held = await shelf.provider.post(path)
    assert (held.status_code, held.json()["code"]) == (422, "personal-data-uncleared")
    (fault,) = [each for each in held.json()["errors"] if each["rule"] == "LT-CLS-08"]
    assert "people.id_card:id_card" in fault["detail"]
    override = {
        "revision_id": shelf.revision["id"],
        "findings": ["people.id_card:id_card"],
        "officer": "王审核",
        "reason": "Generated numbers of a test set, seen by the reviewer.",
    }
    where = f"/v1/assets/{shelf.asset_id}/classification/overrides"
    refused(await shelf.provider.post(where, override), 403, "forbidden")
    assert (
        await (await as_("reviewer")).post(where, {**override, "findings": ["people.spend:email"]})
    ).status_code == 201
    refused(await shelf.provider.post(path), 422, "personal-data-uncleared", "LT-CLS-08")
    let = await (await as_("reviewer")).post(where, override)
    assert let.status_code == 201, let.text
    sent = await shelf.provider.post(path)
    assert sent.status_code == 200, sent.text
    (answer,) = [each for each in sent.json()["gates"]["answers"] if each["rule"] == "LT-CLS-08"]
    assert answer["outcome"] == "noted"
    assert "王审核" in answer["zh"]
    assert "Generated numbers" in answer["en"]


@pytest.mark.slow
async def test_a_finding_takes_what_is_listed_off_the_shelf(shelf, as_, drain, runtime):
    """Orders and agreements ask the same gates; what a later scorecard finds holds the listing too."""
    override = {
        "revision_id": shelf.revision["id"],
        "findings": ["people.id_card:id_card"],
        "officer": "王审核",
        "reason": "Generated numbers of a test set, seen by the reviewer.",
    }
    reviewer = await as_("reviewer")
    await reviewer.post(f"/v1/assets/{shelf.asset_id}/classification/overrides", override)
    listing = await shelf.listed()
    await runtime.pool.execute("ALTER TABLE classification_override DISABLE TRIGGER ALL")
    await runtime.pool.execute("DELETE FROM classification_override")
    await valuation.score(shelf.provider, shelf.asset_id, drain, CONTRACT)
    await drain()
    now = (await shelf.provider.get(f"/v1/listings/{listing['id']}")).json()
    assert (now["status"], now["held_by"]) == ("suspended", "LT-CLS-08")


def test_only_what_values_show_binds_and_shares_are_the_policys():
    def card(category: str, share: str, basis: str = "values", distinct: int | None = 12) -> dict:
        finding = {"column": "c", "category": category, "basis": basis, "share": share, "confidence": "high"}
        profile = {"t": [{"column": "c", "distinct_estimate": distinct}]}
        return {"personal_data": {"t": [finding]}, "profile": profile}

    day = NOW.date()
    assert [f.code for f in binding("scr_1", card("id_card", "0.0200"), day)] == ["t.c:id_card"]
    assert binding("scr_1", card("id_card", "0.0199"), day) == []
    assert binding("scr_1", card("id_card", "1.0000", "name"), day) == []
    assert binding("scr_1", card("credit_code", "1.0000"), day) == []
    assert binding("scr_1", card("bank_card", "0.9000"), day)[0].sensitive
    assert binding("scr_1", card("mobile_number", "0.9000"), day)[0].people == 12
    assert binding("scr_1", card("person_name", "0.5000", distinct=9), day) == [], "a handful of places, not of people"
    assert [len(binding("scr_1", card("person_name", "0.5", distinct=n), day)) for n in (10, None)] == [1, 1]
    assert binding("scr_1", {}, day) == []
    assert GateFacts(act="listing").found == ()
