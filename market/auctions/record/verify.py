"""Checking the record of an auction offline: what was signed is what is told, and winner and price follow; pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from kernel.crypto import canonical, signing
from kernel.documents.checks import Check, FileUnreadable, Report, Trust
from kernel.documents.verify import verify_bytes
from kernel.errors import DomainError
from kernel.money import Money, MoneyView
from kernel.rules.policy import PolicyMissing
from kernel.text import Text
from kernel.time.clock import timestamp
from market.auctions import rules
from market.auctions.record import content, recomputing
from market.auctions.record.content import KIND, AuctionRecord
from market.auctions.states import AuctionFormat
from rights.register.bundle import document_holds

_FAULTS: Final = (KeyError, TypeError, ValueError, ArithmeticError, DomainError, PolicyMissing)
_READ: Final = Text("内容", "contents")
_NOTICE: Final = Text("公告", "notice")
_RESERVE: Final = Text("保留价", "reserve")
_ALL_BIDS: Final = Text("全部出价", "all bids")
_BIDDING: Final = Text("出价与加价", "bids and steps")
_EXTENSIONS: Final = Text("延时与截止", "extensions and closing")
_SEALED: Final = Text("密封出价与揭示", "sealed bids and reveals")
_TIES: Final = Text("关联竞买人", "bidders of one hand")
_WINNER: Final = Text("买受人与成交价", "winner and price")
_SALE: Final = Text("成交确认", "confirmation of the sale")
_FIRST: Final = 5
"""So many faults of one kind are named; the others are counted."""


def examined(data: bytes, found: Mapping[str, Any], name: str, trust: Trust | None) -> Report | None:
    """Check a file that holds the record of an auction; None where it holds something else."""
    if found.get("kind") != KIND:
        return None
    digest = f"sha256:{canonical.sha256_hex(data)}"
    try:
        record = msgspec.convert(found, AuctionRecord)
    except msgspec.ValidationError as problem:
        raise FileUnreadable(f"not a record of an auction ({problem})") from problem
    report = Report(name, KIND, record.notice.auction_id, digest, trust.source if trust else None)
    report.checks.extend(_papers(record, trust))
    if any(each.holds is False for each in report.checks):
        return report  # What nobody signed says nothing: a tick beside it would be believed.
    report.checks.extend(_checks(record))
    return report


def _papers(record: AuctionRecord, trust: Trust | None) -> Iterator[Check]:
    """The signed minutes as any document is checked, and the confirmation in one line."""
    yield from verify_bytes(msgspec.json.encode(record.minutes), "minutes", trust, {}).checks
    if record.confirmation is not None:
        data = msgspec.json.encode(record.confirmation)
        yield document_holds("confirmation", data, trust, {}, [], {})


def _checks(record: AuctionRecord) -> Iterator[Check]:
    minutes = record.minutes["document"]["credentialSubject"]
    parts = [(_NOTICE, _notice), (_RESERVE, _reserve), (_ALL_BIDS, _all_bids), (_TIES, _ties)]
    if record.notice.format == AuctionFormat.ENGLISH:
        parts += [(_BIDDING, _bidding), (_EXTENSIONS, _extensions)]
    else:
        parts += [(_SEALED, _sealed)]
    for name, faults in (*parts, (_WINNER, _winner)):
        yield _checked(name, lambda faults=faults: faults(record, minutes))
    if record.confirmation is not None:
        sale = record.confirmation["document"]["credentialSubject"]
        yield _checked(_SALE, lambda: _sale(record, sale))


def _checked(name: Text, faults: Any) -> Check:
    try:
        wrong = faults()
    except _FAULTS as problem:
        return Check(name, False, Text(f"无法读取：{problem}", f"it cannot be read: {problem}"))
    if wrong is None:
        return Check(name, None, Text("档案中没有可供重算的内容", "the record holds nothing to compute it from"))
    if not wrong:
        return Check(name, True, Text("与重算一致", "it is what is computed from the record"))
    more = len(wrong) - _FIRST
    rest = Text(f"；另有 {more} 处", f"; and {more} more") if more > 0 else Text("", "")
    zh = "；".join(each.zh for each in wrong[:_FIRST]) + rest.zh
    return Check(name, False, Text(zh, "; ".join(each.en for each in wrong[:_FIRST]) + rest.en))


Faults = Sequence[Text] | None
"""What is wrong; None where there is nothing to check with."""

_MINUTES: Final = Text("与所签署的竞价笔录不符", "it is not what the signed minutes say")


def _notice(record: AuctionRecord, minutes: Mapping[str, Any]) -> Faults:
    told = msgspec.to_builtins(record.notice)
    signed = minutes["notice"] if "notice" in minutes else _from_before(minutes)
    wrong = [name for name, value in signed.items() if told.get(name) != value]
    return [Text(f"{name} {_MINUTES.zh}", f"{name}: {_MINUTES.en}") for name in wrong]


def _from_before(minutes: Mapping[str, Any]) -> dict[str, Any]:
    """What minutes said of the notice before they bore it whole."""
    names = ("auction_id", "format", "title_zh", "title_en", "listing_id", "displays_at", "opens_at", "reserve_digest")
    return {name: minutes[name] for name in names} | {"start_price": minutes["start_price"]["amount"]}


def _reserve(record: AuctionRecord, _: Mapping[str, Any]) -> Faults:
    notice, held = record.notice, record.reserve
    money = None if held.amount is None else Money.of(MoneyView(held.amount, notice.currency))
    same = rules.reserve_digest(notice.auction_id, money, held.nonce) == notice.reserve_digest
    return [] if same else [Text("与公告中的摘要不符", "it does not come to the digest of the notice")]


def _all_bids(record: AuctionRecord, minutes: Mapping[str, Any]) -> Faults:
    same = content.bids_digest(record.bids) == minutes["bids_digest"] and len(record.bids) == minutes["bid_count"]
    return [] if same else [_MINUTES]


def _ties(record: AuctionRecord, minutes: Mapping[str, Any]) -> Faults:
    if "ties" not in minutes:
        return None
    return [] if msgspec.to_builtins(record.ties) == minutes["ties"] else [_MINUTES]


def _bidding(record: AuctionRecord, _: Mapping[str, Any]) -> Faults:
    return recomputing.ran(record).faults


def _extensions(record: AuctionRecord, minutes: Mapping[str, Any]) -> Faults:
    ran = recomputing.ran(record)
    if ran.closes_at is None:
        return None
    made = (timestamp(ran.closes_at), ran.extensions)
    if {made} == {(record.closes_at, record.extensions), (minutes["closes_at"], minutes["extensions"])}:
        return []
    at, count = made
    return [Text(f"应延时 {count} 次，于 {at} 截止", f"it was extended {count} times and closed at {at}")]


def _sealed(record: AuctionRecord, minutes: Mapping[str, Any]) -> Faults:
    wrong = recomputing.sealed_faults(record)
    if (record.closes_at, record.extensions) != (minutes["closes_at"], minutes["extensions"]):
        wrong.append(_MINUTES)
    if (
        "commitments_digest" in minutes
        and content.commitments_digest(record.commitments) != minutes["commitments_digest"]
    ):
        wrong.append(_MINUTES)
    if not wrong and any(each.party is None for each in record.commitments):
        return None
    return wrong


def _winner(record: AuctionRecord, minutes: Mapping[str, Any]) -> Faults:
    wrong, told = recomputing.outcome_faults(record), record.outcome
    price = None if told is None else {"amount": told.pays, "currency": record.notice.currency}
    signed = minutes.get("outcome", None if told is None else msgspec.to_builtins(told))
    if (record.ended_as, price) != (minutes["ended_as"], minutes["price"]) or signed != msgspec.to_builtins(told):
        wrong.append(_MINUTES)
    return wrong


def _sale(record: AuctionRecord, sale: Mapping[str, Any]) -> Faults:
    """The signed confirmation: this auction at this price and on these terms, and both signatures over it."""
    told, notice = record.outcome, record.notice
    if told is None:
        return [Text("没有买受人", "nobody won")]
    wrong = []
    wanted = {
        "auction_id": notice.auction_id,
        "format": notice.format,
        "listing_id": notice.listing_id,
        "title_zh": notice.title_zh,
        "title_en": notice.title_en,
        "price": {"amount": told.pays, "currency": notice.currency},
        "closed_at": told.closed_at,
        "terms_digest": told.terms_digest,
    }
    wrong += [Text(f"{name} 与重算不符", f"{name} differs") for name, value in wanted.items() if sale[name] != value]
    parties = {side: sale[side]["party_id"] for side in ("seller", "winner")}
    if parties["seller"] != notice.seller:
        wrong.append(Text("出让方不符", "the seller differs"))
    text = rules.confirming_text(notice.auction_id, canonical.digest({**wanted, **parties}))
    signed = {
        each["party"] for each in sale["signatures"] if signing.verify_text(each["public_key"], each["signature"], text)
    }
    if signed != set(parties.values()):
        wrong.append(Text("双方签名不全或不符", "it is not signed by both sides"))
    return wrong
