"""Whoever destroys data destroys what was published of it."""

import pytest
from sqlalchemy import select

from channels.publishing.models import PublishedFile
from kernel.storage.encryption.errors import FileDestroyed
from tests.channels.story import begin, shared
from tests.refusals import refused

pytestmark = pytest.mark.slow


async def test_published_tables_and_their_changes_are_destroyed_with_their_revision(runtime, as_, drain):
    trade = await begin(runtime, as_)
    await shared(trade, drain)
    operator = await as_("operator")
    made = [await operator.post("/v1/api-keys", {"name": name, "roles": ["operator"]}) for name in ("甲", "乙")]
    first, second = (operator.with_key(each.json()["secret"], operator.party) for each in made)
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    asked = (await first.post(f"/v1/assets/{asset}/destructions", {"reason": "合同终止"})).json()
    async with runtime.act() as act:
        published = list(await act.session.scalars(select(PublishedFile)))
    assert len(published) == 2
    assert {each.sha256 for each in published} <= {each["sha256"] for each in asked["objects"]}
    assert (
        await second.post(f"/v1/destructions/{asked['id']}/approval", {"digest": asked["digest"]})
    ).status_code == 200
    await drain()
    assert (await first.get(f"/v1/destructions/{asked['id']}")).json()["status"] == "destroyed"
    for each in published:
        with pytest.raises(FileDestroyed):
            await runtime.storage.get_range(each.storage_key, 0, 4)


async def test_what_was_made_since_it_was_asked_for_is_not_forgotten(runtime, as_, drain):
    trade = await begin(runtime, as_)
    order = await trade.paid()
    operator = await as_("operator")
    made = [await operator.post("/v1/api-keys", {"name": name, "roles": ["operator"]}) for name in ("甲", "乙")]
    first, second = (operator.with_key(each.json()["secret"], operator.party) for each in made)
    asset = await runtime.pool.fetchval("SELECT asset_id FROM listing WHERE id = $1", trade.listing_id)
    asked = (await first.post(f"/v1/assets/{asset}/destructions", {"reason": "合同终止"})).json()
    key = await trade.buyer.post(f"/v1/orders/{order}/channel-keys", {"recipient": "风控模型"})
    assert key.status_code == 201, key.text
    await drain()
    late = await second.post(f"/v1/destructions/{asked['id']}/approval", {"digest": asked["digest"]})
    refused(late, 422, "destruction-hindered", "LT-STO-05")
