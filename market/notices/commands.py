"""Giving a notice, examining it, countering it, and what becomes of the measure."""

from datetime import date
from typing import Any

from sqlalchemy import select

from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import lock_name, locked, one
from kernel.identity.models import Party
from kernel.log.record import record
from kernel.states import Role
from kernel.time.clock import day_in_china, timestamp
from market.listings import holding
from market.listings import queries as listings
from market.listings.errors import ListingUnavailable
from market.listings.schemas import ListingView
from market.listings.states import ListingState
from market.notices import evidence, queries, rules
from market.notices.errors import (
    CounterStatementReached,
    NoticeHolderMissing,
    NoticeOfOwn,
    NoticeRepeated,
    NoticeTooLate,
)
from market.notices.models import Notice
from market.notices.schemas import (
    ConcludeNotice,
    CounterNotice,
    ExamineNotice,
    ForwardCounter,
    GiveNotice,
    InfringementNoticeView,
    NoteSuit,
    WithdrawNotice,
)
from market.notices.states import HOLDING, NOTICE, OPEN, NoticeAction, NoticeState


async def give(act: Act, listing_id: str, data: GiveNotice) -> InfringementNoticeView:
    """Take a notice in; an officer examines it.

    Raises ListingUnavailable, NoticeOfOwn, NoticeHolderMissing, NoticeRepeated, NotFound for files of somebody else,
    and NoticeEvidenceFaulty.
    """
    assert act.actor.party is not None
    listing = await listings.listing(act, listing_id)
    if listing.status not in (ListingState.LISTED, ListingState.SUSPENDED):
        raise ListingUnavailable(id=listing_id)
    if listing.provider.id == act.actor.party:
        raise NoticeOfOwn(listing=listing.id)
    name, contact = await _holder(act, data)
    files = await evidence.evidence_files(act, data.evidence)
    await lock_name(act.session, "notice", listing.id)
    same = select(Notice).where(
        Notice.listing_id == listing.id, Notice.notifier == act.actor.party, Notice.holder_name == name
    )
    if (earlier := await act.session.scalar(same.where(Notice.status.in_(OPEN)).limit(1))) is not None:
        raise NoticeRepeated(listing=listing.id, notice=earlier.id, state=str(earlier.status))
    row = _noticed(act, listing, data, (name, contact), files)
    facts = {"listing": listing.id, "right": data.right_kind, "evidence": evidence.digests(files)}
    await lifecycle.begin(act, row, NOTICE, parties=row.shown_to, **facts)
    return queries.view(row, act.actor)


def _noticed(
    act: Act, listing: ListingView, data: GiveNotice, holder: tuple[str, str], files: list[dict[str, Any]]
) -> Notice:
    """A notice before anybody has looked at it."""
    return Notice(
        id=ids.new("ntc"),
        listing_id=listing.id,
        provider=listing.provider.id,
        notifier=act.actor.party or "",
        shown_to=[act.actor.party or ""],
        holder_name=holder[0],
        holder_contact=holder[1],
        represented=data.holder_name is not None,
        right_kind=data.right_kind,
        right_proof=data.right_proof,
        statement=data.statement,
        evidence=files,
        due_at=rules.after_working_days(act.today, rules.DAYS.at(act.today).body.examine_working_days),
        decision_reason=None,
        counter=None,
        reached_on=None,
        suit=None,
        outcome=None,
        given_at=act.at,
        measure_at=None,
        closed_at=None,
    )


async def _holder(act: Act, data: GiveNotice) -> tuple[str, str]:
    """Whose right it is: the party that writes, or whom an officer writes for; raises NoticeHolderMissing."""
    assert act.actor.party is not None
    if act.actor.has(Role.OPERATOR):
        if data.holder_name is None or data.holder_contact is None:
            raise NoticeHolderMissing
        return data.holder_name, data.holder_contact
    if data.holder_name is not None or data.holder_contact is not None:
        raise NoticeHolderMissing
    return (await one(act.session, Party, act.actor.party)).name, ""


async def examine(act: Act, notice_id: str, data: ExamineNotice) -> InfringementNoticeView:
    """An officer finds that the evidence holds at first sight, and takes the measure at once, or that it does not."""
    row = await _changing(act, notice_id)
    row.decision_reason = data.reason
    if data.decision == "reject":
        return await _close(act, row, NoticeAction.REJECT, Role.OPERATOR, data.reason)
    await lock_name(act.session, "notice", row.listing_id)  # Whoever ends another notice of it sees this one.
    row.shown_to = [row.notifier, row.provider]
    row.measure_at = act.at
    row.due_at = rules.after_days(act.today, rules.DAYS.at(act.today).body.counter_days)
    await _step(act, row, NoticeAction.MEASURE, Role.OPERATOR, reason=data.reason, rule=rules.MEASURE)
    reason = "侵权通知的必要措施 · a measure upon an infringement notice"
    await holding.take_aside(act, row.listing_id, rules.MEASURE, reason)
    return queries.view(row, act.actor)


async def counter(act: Act, notice_id: str, data: CounterNotice) -> InfringementNoticeView:
    """The provider states that nothing is infringed; a right-holder with an account has it at once.

    Raises NoticeTooLate, IllegalTransition, WrongActor, and the refusals of evidence.
    """
    row = await _changing(act, notice_id)
    role = _role(row, act)
    NOTICE.next(row.status, NoticeAction.COUNTER, role)
    _require_in_time(act, row)
    files = await evidence.evidence_files(act, data.evidence, len(queries.files(row)))
    row.counter = {"statement": data.statement, "evidence": files, "at": timestamp(act.at)}
    row.due_at = rules.after_working_days(act.today, rules.DAYS.at(act.today).body.forward_working_days)
    await _step(act, row, NoticeAction.COUNTER, role, evidence=evidence.digests(files))
    if not row.represented:
        await _reached(act.by(SYSTEM), row, act.today, Role.SYSTEM)
    return queries.view(row, act.actor)


async def forward(act: Act, notice_id: str, data: ForwardCounter) -> InfringementNoticeView:
    """An officer says on which day the counter-statement reached a right-holder who has no account.

    Raises CounterStatementReached, IllegalTransition and WrongActor.
    """
    row = await _changing(act, notice_id)
    NOTICE.next(row.status, NoticeAction.FORWARD, _role(row, act))
    earliest = day_in_china(row.status_changed_at)
    if not earliest <= data.reached_on <= act.today:
        raise CounterStatementReached(earliest=earliest.isoformat(), latest=act.today.isoformat())
    await _reached(act, row, data.reached_on, Role.OPERATOR)
    return queries.view(row, act.actor)


async def _reached(act: Act, row: Notice, on: date, role: Role) -> None:
    """From here the fifteen days run (电子商务法 art. 43)."""
    row.reached_on = on
    row.due_at = rules.after_days(on, rules.DAYS.at(on).body.waiting_days)
    facts = {"reached_on": on.isoformat(), "due_at": timestamp(row.due_at)}
    await _step(act, row, NoticeAction.FORWARD, role, **facts)


async def note_suit(act: Act, notice_id: str, data: NoteSuit) -> InfringementNoticeView:
    """The right-holder proves that it complained or sued: the measure stays until that is decided.

    Raises NoticeTooLate, IllegalTransition, WrongActor, and the refusals of evidence.
    """
    row = await _changing(act, notice_id)
    role = _role(row, act)
    NOTICE.next(row.status, NoticeAction.NOTE_SUIT, role)
    _require_in_time(act, row)
    files = await evidence.evidence_files(act, data.evidence, len(queries.files(row)))
    said = {"kind": data.kind, "body": data.body, "reference": data.reference}
    row.suit = {**said, "evidence": files, "at": timestamp(act.at)}
    row.due_at = rules.after_days(act.today, rules.DAYS.at(act.today).body.suit_review_days)
    await _step(act, row, NoticeAction.NOTE_SUIT, role, **said, evidence=evidence.digests(files))
    return queries.view(row, act.actor)


async def conclude(act: Act, notice_id: str, data: ConcludeNotice) -> InfringementNoticeView:
    """An officer enters what the authority or the court decided."""
    row = await _changing(act, notice_id)
    return await _close(act, row, NoticeAction(data.decision), _role(row, act), data.reason)


async def withdraw(act: Act, notice_id: str, data: WithdrawNotice) -> InfringementNoticeView:
    """Whoever gave the notice takes it back, and the measure ends."""
    row = await _changing(act, notice_id)
    return await _close(act, row, NoticeAction.WITHDRAW, _role(row, act), data.reason)


async def keep_clock(act: Act, notice_id: str) -> bool:
    """What follows when the time of a state is over; says whether it was.

    Silence to a measure makes it final, silence for fifteen days ends it; an officer who is late is reminded.
    """
    row = await locked(act.session, Notice, notice_id)
    if row.due_at is None or row.due_at > act.at:
        return False
    mine, days = act.by(SYSTEM), rules.DAYS.at(act.today).body
    if row.status is NoticeState.MEASURE:
        await _close(mine, row, NoticeAction.UPHOLD, Role.SYSTEM, "未提交不侵权声明 · no counter-statement came")
    elif row.status is NoticeState.WAITING:
        reason = "十五日内未收到投诉或起诉的通知 · no complaint or suit was noted within fifteen days"
        await _close(mine, row, NoticeAction.LIFT, Role.SYSTEM, reason)
    else:
        facts = {"state": str(row.status), "due_at": timestamp(row.due_at)}
        again = days.suit_review_days if row.status is NoticeState.SUIT_NOTED else 1
        row.due_at = rules.after_days(act.today, again)
        record(mine, "market.notice.reminded", row.id, parties=row.shown_to, facts=facts)
    return True


async def _changing(act: Act, notice_id: str) -> Notice:
    row = await locked(act.session, Notice, notice_id)
    queries.AUDIENCE.require(act.actor, row.id, *row.shown_to)
    return row


def _role(row: Notice, act: Act) -> Role:
    """What the actor is to the notice; whoever only watches acts in nobody's place."""
    return queries.role_of(row, act.actor) or Role.REGULATOR


def _require_in_time(act: Act, row: Notice) -> None:
    if row.due_at is not None and row.due_at <= act.after_waiting():
        raise NoticeTooLate(notice=row.id, state=str(row.status), due_at=timestamp(row.due_at))


async def _step(act: Act, row: Notice, action: NoticeAction, role: Role, **facts: Any) -> None:
    await lifecycle.advance(act, row, NOTICE, action, role, parties=row.shown_to, **facts)


async def _close(act: Act, row: Notice, action: NoticeAction, role: Role, reason: str) -> InfringementNoticeView:
    """End a notice, and with it the measure, unless another notice holds the listing."""
    held = row.status in HOLDING
    await _step(act, row, action, role, reason=reason, rule=rules.OUTCOME)
    row.outcome, row.closed_at, row.due_at = reason, act.at, None
    if action is NoticeAction.UPHOLD:
        await holding.take_off(act, row.listing_id, f"侵权通知成立，商品下架 · the notice {row.id} was upheld")
    elif held:
        await lock_name(act.session, "notice", row.listing_id)
        await act.session.flush()
        others = select(Notice.id).where(Notice.listing_id == row.listing_id, Notice.status.in_(HOLDING))
        if await act.session.scalar(others.limit(1)) is None:
            await holding.let_back(act, row.listing_id)
    return queries.view(row, act.actor)
