"""An intermediary and its client: terms of their contract, and the steps to its signature through HTTP."""

from datetime import date
from typing import Any

import msgspec

from contracts.terms.document import FORM, Delivery, Terms, plain
from contracts.terms.prices import Free
from tests.contracts.clauses.drafts import LIBRARY, filled
from tests.market.trade import Trade

LAST_DAY = date(2027, 6, 30)


def brokered(intermediary: str, client: str, **over: Any) -> Terms:
    """The model contract of an intermediary for five per cent of a price that it brings about."""
    made = Terms(
        form=FORM,
        model="intermediary",
        provider=intermediary,
        consumer=client,
        price=Free(),
        delivery=Delivery.NONE,
        use_case="航班数据产品的供需撮合",
        clauses=filled(LIBRARY.models["intermediary"]),
        ends_on=LAST_DAY,
    )
    return msgspec.structs.replace(made, **over)


async def accepted(trade: Trade, terms: Terms) -> dict[str, Any]:
    """The agreement of terms that the intermediary (the trade's provider) offers and the client accepts."""
    opened = await trade.provider.post("/v1/private-offers", {"terms": plain(terms)})
    assert opened.status_code == 201, opened.text
    path = f"/v1/negotiations/{opened.json()['id']}"
    standing = opened.json()["rounds"][-1]["terms_digest"]
    made = await trade.buyer.post(f"{path}/acceptance", {"terms_digest": standing})
    assert made.status_code == 201, made.text
    found: dict[str, Any] = (await trade.buyer.get(f"/v1/agreements/{made.json()['agreement_id']}")).json()
    return found


async def in_force(trade: Trade, terms: Terms | None = None) -> dict[str, Any]:
    """The same, signed by both."""
    assert trade.provider.party is not None
    assert trade.buyer.party is not None
    agreement = await accepted(trade, terms or brokered(trade.provider.party, trade.buyer.party))
    await trade.sign(agreement, "provider")
    return await trade.sign(agreement, "buyer")
