"""Trades that are no evidence of a market: buyer and seller are one hand, or the same two trade the same thing anew.

The register keeps such a trade, since it was settled, and says why it is no comparable (LT-APR-21): it enters no
band, no market approach and no back-test.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.errors import FieldError
from kernel.identity.models import Member, Party, SigningKey
from kernel.text import Text
from valuation.market_evidence.models import ComparableRow
from valuation.market_evidence.policy import EvidencePolicy

RULE: Final = "LT-APR-21"
WORDS: Final = {
    "same-contact": Text("双方联系方式相同", "both sides have one contact"),
    "same-member": Text("同一人代表双方", "one person acts for both sides"),
    "same-key": Text("双方使用同一签名密钥", "both sides sign with one key"),
    "unequal-price": Text("与同等条件的成交价相差悬殊", "the price is far from others on equal terms"),
    "repeated": Text("同一双方短期内重复交易同一数据", "the same two traded the same data shortly before"),
}


async def of_trade(
    session: AsyncSession, parties: tuple[str, str], asset_id: str, day: date, policy: EvidencePolicy
) -> list[str]:
    """Why a trade is no evidence of a market, by the ties that the policy names; empty for one at arm's length."""
    found = {
        "same-contact": await _shared(session, parties, _contacts),
        "same-member": await _shared(session, parties, _members),
        "same-key": await _shared(session, parties, _keys),
        "repeated": await _repeated(session, parties, asset_id, day, policy.repeat_days),
    }
    return [code for code in policy.related_by if found[code]]


_CONTACTS: Final = ("email", "phone")


async def ties_among(session: AsyncSession, parties: Sequence[str]) -> dict[str, set[str]]:
    """Of several parties, which are one hand with which: contact, member or key in common; all read at once."""
    known: dict[str, set[str]] = {party: set() for party in parties}
    for party, tie in await _all_ties(session, parties):
        known[party].add(tie)
    by_tie: dict[str, set[str]] = {}
    for party, ties in known.items():
        for tie in ties:
            by_tie.setdefault(tie, set()).add(party)
    return {party: set().union(*(by_tie[tie] for tie in ties)) - {party} for party, ties in known.items()}


async def _all_ties(session: AsyncSession, parties: Sequence[str]) -> list[tuple[str, str]]:
    """Each party with each of its contacts, members and keys, told apart by kind."""
    rows = await session.scalars(select(Party).where(Party.id.in_(parties)))
    contacts = [(row.id, str(row.contact.get(key) or "").strip().casefold()) for row in rows for key in _CONTACTS]
    found = [(party, f"contact {text}") for party, text in contacts if text]
    members = await session.execute(select(Member.party_id, Member.email).where(Member.party_id.in_(parties)))
    found += [(party, f"member {email.strip().casefold()}") for party, email in members]
    keys = await session.execute(
        select(SigningKey.party_id, SigningKey.public_key).where(SigningKey.party_id.in_(parties))
    )
    return found + [(party, f"key {key}") for party, key in keys]


def fault(row: ComparableRow, pointer: str) -> Iterable[FieldError]:
    """Why a comparable may not be picked or cited, if it may not."""
    if not row.related:
        return
    zh, en = ("；".join(WORDS[code].zh for code in row.related), "; ".join(WORDS[code].en for code in row.related))
    text = Text(
        f"{row.id} 为关联方之间的交易（{zh}），不作为可比案例，请另选。",
        f"{row.id} is a trade between related parties ({en}) and no comparable: choose another.",
    )
    yield FieldError(pointer, text, RULE)


async def _shared(session: AsyncSession, parties: tuple[str, str], known: Any) -> bool:
    one, other = [await known(session, party) for party in parties]
    return bool(one & other)


async def _contacts(session: AsyncSession, party: str) -> set[str]:
    contact = (await session.get_one(Party, party)).contact
    return {text for key in _CONTACTS if (text := str(contact.get(key) or "").strip().casefold())}


async def _members(session: AsyncSession, party: str) -> set[str]:
    found = await session.scalars(select(Member.email).where(Member.party_id == party))
    return {email.strip().casefold() for email in found}


async def _keys(session: AsyncSession, party: str) -> set[str]:
    return set(await session.scalars(select(SigningKey.public_key).where(SigningKey.party_id == party)))


async def _repeated(session: AsyncSession, parties: tuple[str, str], asset_id: str, day: date, days: int) -> bool:
    query = select(ComparableRow.id).where(
        ComparableRow.kind == "realised",
        ComparableRow.asset_id == asset_id,
        ComparableRow.parties == sorted(parties),
        ComparableRow.dated >= day - timedelta(days=days),
    )
    return await session.scalar(query.limit(1)) is not None
