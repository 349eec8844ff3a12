"""An auction of tests: what its seller sends, bidders with their deposits, and the sweep that time is."""

import base64
import itertools
from datetime import timedelta
from typing import Any

from contracts.terms.document import plain
from kernel.money import Money, MoneyView
from market.auctions import rules
from market.auctions.jobs import lapse
from tests.beginnings import beginning
from tests.makers import signing_key
from tests.market.negotiation.story import later, listed

SEEDS = itertools.count(50)
CNY = "CNY"


def money(amount: str) -> dict[str, str]:
    """An amount on the wire."""
    return {"amount": amount, "currency": CNY}


async def planned(trade: Any, **over: Any) -> dict[str, Any]:
    """What the seller sends to draft an English auction."""
    steps = [{"from_price": money("0.00"), "step": money("100.00")}]
    return {
        "title_zh": "航班数据一年期许可",
        "title_en": "Flights, a licence of one year",
        "format": "english",
        "terms": plain(await listed(trade.runtime, trade.listing_id)),
        "start_price": money("1000.00"),
        "deposit": money("200.00"),
        "opens_at": later(trade.runtime, days=8),
        "closes_at": later(trade.runtime, days=9),
        "steps": steps,
        **over,
    }


def sealed(trade: Any, format_: str = "vickrey", **over: Any) -> dict[str, Any]:
    """What makes it a sealed one."""
    return {"format": format_, "steps": [], "reveals_until": later(trade.runtime, days=10), **over}


@beginning
async def announced(trade: Any, **over: Any) -> str:
    """An auction whose notice is published; gives its path."""
    made = await trade.provider.post("/v1/auctions", await planned(trade, **over))
    assert made.status_code == 201, made.text
    path = f"/v1/auctions/{made.json()['id']}"
    notice = await trade.provider.post(f"{path}/notice")
    assert (notice.status_code, notice.json()["status"]) == (200, "noticed"), notice.text
    return path


@beginning
async def joined(trade: Any, path: str, who: Any) -> str:
    """A bidder whose deposit is held; gives its id."""
    made = await who.post(f"{path}/bidders", {"purpose": "risk-control"})
    assert made.status_code == 201, made.text
    bidder = str(made.json()["id"])
    clearing = await trade.as_("clearing")
    seen = {"bank_reference": f"DEP-{bidder[-12:]}", "amount": money("200.00")}
    held = await clearing.post(f"/v1/auction-bidders/{bidder}/deposit", seen)
    assert (held.status_code, held.json()["status"]) == (201, "held"), held.text
    return bidder


async def passed(trade: Any, clock: Any, **by: float) -> None:
    """Time goes by, and the sweep comes."""
    clock.move(timedelta(**by))
    await lapse(trade.runtime)


async def key_of(who: Any) -> Any:
    """A registered key of a party's, made once."""
    if not hasattr(who, "signs_with"):
        object.__setattr__(who, "signs_with", await signing_key(who, bytes([next(SEEDS)]) * 32))
    return who.signs_with


async def signs(who: Any, text: str) -> dict[str, str]:
    """A party's signature over a text."""
    key_id, key = await key_of(who)
    return {"signing_key_id": key_id, "signature": base64.b64encode(key.sign(text.encode())).decode()}


async def committed(path: str, who: Any, amount: str, nonce: str = "0" * 64) -> Any:
    """A sealed bid of a party's."""
    auction = path.rpartition("/")[2]
    digest = rules.commitment(auction, who.party, Money.of(MoneyView(amount, CNY)), nonce)
    return await who.post(
        f"{path}/commitments", {"digest": digest, **await signs(who, rules.committing_text(auction, digest))}
    )


async def confirmed(path: str, *sides: Any) -> Any:
    """What each side's signature of the confirmation gives, the last one's answer."""
    answer = None
    for who in sides:
        text = (await who.get(path)).json()["confirming_text"]
        answer = await who.post(f"{path}/confirmation-signatures", await signs(who, text))
        assert answer.status_code == 201, answer.text
    return answer.json()
