"""Publishing on a real database: made once, tied to what is registered, numbered without gaps, compared by key."""

import pytest

from channels.publishing import commands
from tests.channels import story
from tests.conftest import As

pytestmark = pytest.mark.slow


async def test_a_revision_is_published_once_with_its_digests(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    order, _ = await story.shared(trade, drain)
    share = (await trade.buyer.get(f"/v1/orders/{order}/share")).json()
    assert [(p["status"], p["steps_done"], p["problem"]) for p in share["publications"]] == [("published", 2, None)]
    version = (await trade.provider.get(f"/v1/orders/{order}/share/versions")).json()["items"][0]
    revision = await runtime.pool.fetchrow("SELECT content_sha256, files FROM asset_revision")
    assert (version["version"], version["content_sha256"]) == (0, revision["content_sha256"])
    orders, shops = version["tables"]
    assert (orders["name"], orders["key"], orders["rows"]) == ("订单_表", ["编号"], 4)
    assert (shops["name"], shops["key"], shops["rows"]) == ("shops", [], 3)


async def test_nobody_numbers_a_version_between_anothers_look_and_its_numbering(runtime, as_: As, drain):
    trade = await story.begin(runtime, as_)
    _, key = await story.shared(trade, drain)
    agreement = key["key"]["agreement_id"]
    async with runtime.act() as act:
        assert await commands.uncompared(act, agreement) is None
        free = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"
        assert not await runtime.pool.fetchval(free, f"shared-version/{agreement}")
