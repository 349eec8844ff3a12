"""Computing an auction again from its record; pure. What differs is named, the first place first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kernel.crypto import signing
from kernel.money import Money, MoneyView
from kernel.text import Text
from kernel.time.clock import day_in_china, timestamp
from market.auctions import rules
from market.auctions.record.content import NOT_REVEALED, AuctionNotice, AuctionRecord, RecordedBid, RecordedCommitment
from market.auctions.states import AuctionFormat, AuctionState


def minor(notice: AuctionNotice, amount: str) -> int:
    """An amount of a record in minor units; raises InvalidInput for what is none."""
    return Money.of(MoneyView(amount, notice.currency)).minor


def moment(text: str) -> datetime:
    """A moment of a record, whose text is the one that is hashed; raises ValueError for another."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or timestamp(at) != text:
        raise ValueError(f"{text} is no moment in UTC with microseconds")
    return at


@dataclass(frozen=True, slots=True)
class Ran:
    """How the bidding of an open auction went: when it closed, after how many extensions, and what is wrong in it."""

    closes_at: datetime | None
    extensions: int
    faults: list[Text]


def ran(record: AuctionRecord) -> Ran:
    """Go through the open bids one by one by the rules of their days."""
    notice, faults, last = record.notice, list[Text](), None
    steps = [
        rules.Step(minor(notice, one.from_price), minor(notice, one.step), notice.currency) for one in notice.steps
    ]
    current: int | None = None
    closes = None if notice.closes_at is None else moment(notice.closes_at)
    opens, extensions = moment(notice.opens_at), 0
    for place, bid in enumerate(record.bids, start=1):
        at, offered = moment(bid.at), minor(notice, bid.amount)
        least = rules.least(current, minor(notice, notice.start_price), steps)
        faults += _out_of_place(bid, place, late=at < (last or opens) or (closes is not None and at >= closes))
        if offered < least or bid.currency != notice.currency:
            shown = Money(least, notice.currency)
            faults.append(
                Text(f"第 {bid.seq} 次出价低于最低应价 {shown}", f"bid {bid.seq} is below the least, {shown}")
            )
        if closes is not None:
            minutes = rules.RULES.at(day_in_china(at)).body.extension_minutes
            after = rules.extended(closes, at, minutes)
            extensions, closes = extensions + (after > closes), after
        current, last = offered, at
    return Ran(closes, extensions, faults)


def _out_of_place(bid: RecordedBid, place: int, *, late: bool) -> Iterator[Text]:
    if bid.seq != str(place):
        yield Text(f"第 {place} 次出价的序号为 {bid.seq}", f"bid {place} bears the number {bid.seq}")
    if late:
        yield Text(f"第 {bid.seq} 次出价的时间不在竞价期内或早于前一次", f"bid {bid.seq} is out of its time")


def sealed_faults(record: AuctionRecord) -> list[Text]:
    """What is wrong with the sealed bids: not in their order or time, not what was committed to, not signed."""
    notice, faults = record.notice, list[Text]()
    opens, last = moment(notice.opens_at), ("", "")
    for each in record.commitments:
        at = moment(each.committed_at)
        if not opens <= at < moment(record.closes_at) or (each.committed_at, each.bidder) <= last:
            faults.append(
                Text(f"{each.bidder} 的密封出价不在其时", f"the sealed bid of {each.bidder} is out of its time")
            )
        last = (each.committed_at, each.bidder)
        faults += _not_opened_by(record, each)
        if each.party is not None and not _signed(notice, each):
            faults.append(Text(f"{each.bidder} 的签名不符", f"the signature of {each.bidder} is not its own"))
    listed = [(bid.bidder, bid.amount, bid.at) for bid in record.bids]
    if listed != [(each.bidder, each.amount or NOT_REVEALED, each.committed_at) for each in record.commitments]:
        faults.append(Text("出价表与密封出价不符", "the list of bids is not that of the sealed bids"))
    return faults


def _not_opened_by(record: AuctionRecord, each: RecordedCommitment) -> Iterator[Text]:
    """A bid that was revealed: in its time, and what comes to the digest that was committed to."""
    if each.revealed_at is None or each.amount is None or each.nonce is None:
        if (each.revealed_at, each.amount, each.nonce) != (None, None, None):
            yield Text(f"{each.bidder} 的揭示不完整", f"the reveal of {each.bidder} is not whole")
        return
    notice, until = record.notice, record.notice.reveals_until
    at = moment(each.revealed_at)
    if until is None or not moment(record.closes_at) <= at < moment(until):
        yield Text(f"{each.bidder} 的揭示不在其时", f"the reveal of {each.bidder} is out of its time")
    money = Money(minor(notice, each.amount), notice.currency)
    if each.party is not None and rules.commitment(notice.auction_id, each.party, money, each.nonce) != each.digest:
        yield Text(f"{each.bidder} 的揭示与其承诺不符", f"what {each.bidder} revealed is not what it committed to")


def _signed(notice: AuctionNotice, each: RecordedCommitment) -> bool:
    text = rules.committing_text(notice.auction_id, each.digest)
    return signing.verify_text(each.public_key, each.signature, text)


def won(record: AuctionRecord) -> rules.Won | None:
    """Who wins by the bids, the reserve and the ties of a record, at which price, and who comes next."""
    notice = record.notice
    reserve = 0 if record.reserve.amount is None else minor(notice, record.reserve.amount)
    if notice.format == AuctionFormat.ENGLISH:
        return _english(record, reserve)
    kin, of_seller = _kin(record), {bidder for bidder, tie in record.ties.items() if tie.of_seller}
    bids = [
        rules.SealedBid(one.bidder, minor(notice, one.amount), order, kin.get(one.bidder, frozenset()),
                        one.bidder in of_seller)
        for order, one in enumerate(record.commitments) if one.amount is not None
    ]  # fmt: skip
    return rules.decide(AuctionFormat(notice.format), bids, minor(notice, notice.start_price), reserve)


def _english(record: AuctionRecord, reserve: int) -> rules.Won | None:
    """The last bid, which is the highest, and the highest of anybody who is not one hand with its bidder."""
    bids = [(one.bidder, minor(record.notice, one.amount)) for one in record.bids]
    if not bids or bids[-1][1] < reserve:
        return None
    bidder, pays = bids[-1]
    besides = {bidder, *_kin(record).get(bidder, frozenset())}
    rest = [one for one in bids if one[0] not in besides and one[1] >= reserve]
    second = max(rest, key=lambda one: one[1], default=None)
    return rules.Won(bidder, pays, *(second or (None, None)))


def _kin(record: AuctionRecord) -> dict[str, frozenset[str]]:
    return {bidder: frozenset(tie.linked) for bidder, tie in record.ties.items()}


def outcome_faults(record: AuctionRecord) -> list[Text]:
    """What the outcome that is told differs in from the one that is computed; a void auction has none to compare."""
    made, told, ended = won(record), record.outcome, AuctionState(record.ended_as)
    if ended is AuctionState.ANNULLED:
        return []
    if made is None or told is None:
        said = made is None and told is None and ended is AuctionState.FAILED
        return [] if said else [Text("有无买受人与重算不符", "whether anybody won differs from what is computed")]
    bidder, pays = made.bidder, made.pays_minor
    if told.instead_of is not None:
        if (told.instead_of, record.notice.runner_up, made.runner_up) != (bidder, True, told.bidder):
            return [Text("递补的买受人与重算不符", "who took the winner's place differs from what is computed")]
        bidder, pays = told.bidder, made.runner_up_pays_minor or 0
    faults = []
    if told.bidder != bidder:
        faults.append(Text(f"买受人应为 {bidder}，所载为 {told.bidder}", f"{bidder} wins, and not {told.bidder}"))
    if minor(record.notice, told.pays) != pays:
        price = Money(pays, record.notice.currency)
        faults.append(Text(f"成交价应为 {price}，所载为 {told.pays}", f"the price is {price}, and not {told.pays}"))
    return faults
