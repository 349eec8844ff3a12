"""A contract is exported as it was written and as ODCS v3.2, to those who may see what was scored against it."""

import pytest

from tests.refusals import not_there
from tests.valuation.makers import CONTRACT, engage, make_asset, score


@pytest.mark.slow
async def test_a_contract_is_exported_as_written_and_as_of_today(as_, drain):
    provider, valuer, other = await as_("provider"), await as_("valuer"), await as_("provider", "other")
    revision = await make_asset(provider)
    run = await score(provider, revision["asset_id"], drain)
    await engage(valuer, revision["asset_id"])
    path = f"/v1/data-contracts/{run['contract']['id']}"
    assert (await provider.get(path)).json() == CONTRACT
    today = (await valuer.get(f"{path}/odcs")).json()
    assert (today["apiVersion"], CONTRACT["apiVersion"]) == ("v3.2.0", "v3.1.0")
    assert [o["name"] for o in today["schema"]] == ["orders", "shops"]
    for hidden in (await other.get(path), await provider.get("/v1/data-contracts/ctr_00000000000000000000000000")):
        not_there(hidden)
