"""Setting a party's own rule, saying yes under it, and asking whether enough have."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import aliased

from contracts.approvals import queries, rules
from contracts.approvals.errors import (
    ApprovalMissing,
    ApprovalRuleFaulty,
    ApprovalVoid,
    ApprovedAlready,
    ApproverForeign,
    ManagerOnly,
    NoApprovalRule,
)
from contracts.approvals.models import Approval, ApprovalRule
from contracts.approvals.schemas import ApprovalRuleView, ApprovalView, GiveApproval, RuleBody, SetApprovalRule
from contracts.terms.document import Terms, digest
from contracts.terms.price.amounts import exposure
from contracts.terms.reading import read
from kernel import ids
from kernel.act import Act
from kernel.db import lock_name
from kernel.log.record import record
from kernel.members.authority import manages
from kernel.money import Money


async def set_rule(act: Act, data: SetApprovalRule) -> ApprovalRuleView:
    """Put a new version in force at once; raises ManagerOnly, and ApprovalRuleFaulty naming every fault."""
    party = act.actor.party or ""
    if not await manages(act):
        raise ManagerOnly
    await lock_name(act.session, "approval-rule", party)
    faults = rules.faults(data.rule, await queries.hands_of(act, party), act.at)
    if faults:
        raise ApprovalRuleFaulty(errors=faults, count=len(faults))
    before = await queries.rule_of(act.session, party)
    row = ApprovalRule(
        party_id=party,
        n=1 if before is None else before.n + 1,
        body=msgspec.to_builtins(data.rule),
        reason=data.reason,
        key_id=act.actor.hand or "",
        at=act.at,
    )
    act.session.add(row)
    record(act, "contracts.approval_rule.set", f"{party}/{row.n}", facts={"n": row.n, "reason": data.reason})
    await act.session.flush()
    return queries.rule_view(row)


async def give(act: Act, data: GiveApproval) -> ApprovalView:
    """Say yes to terms, those of a round or those that are to become one; see `approve`.

    Raises PolicyInexpressible or TermsContradictory for what could not be obeyed, and so is never bound by.
    """
    read(data.terms, act.today, "/terms")
    return await approve(act, data.terms)


async def approve(act: Act, terms: Terms) -> ApprovalView:
    """Say yes to one's party's being bound by terms.

    Raises NoApprovalRule, ApproverForeign for whom the rule does not let approve their amount now, and ApprovedAlready.
    """
    return await approve_amount(act, digest(terms), exposure(terms, act.today))


async def approve_amount(act: Act, terms_digest: str, amount: Money | None) -> ApprovalView:
    """The same of whatever has a digest and comes to an amount, such as a purchase of several orders."""
    party = act.actor.party or ""
    await lock_name(act.session, "approval", party, terms_digest)
    row = await queries.rule_of(act.session, party)
    if row is None:
        raise NoApprovalRule
    rule = queries.body_of(row)
    seat = rules.seat_of(rule, await queries.line_of(act.session, act.actor.hand), amount, act.at)
    if seat is None:
        raise ApproverForeign(n=row.n, amount=_said(amount), approvers=rules.approvers(rule, amount, act.at))
    if any(one.seat == seat for one in await queries.standing(act.session, party, terms_digest)):
        raise ApprovedAlready(name=rules.name_of(rule, seat))
    given = Approval(
        id=ids.new("apv"),
        party_id=party,
        terms_digest=terms_digest,
        amount_minor=0 if amount is None else amount.minor,
        currency=None if amount is None else amount.currency,
        rule_n=row.n,
        seat=seat,
        key_id=act.actor.hand or "",
        approved_at=act.at,
        voided_at=None,
        superseded_by=None,
    )
    act.session.add(given)
    facts = {"terms": terms_digest, "amount": _said(amount), "rule_n": row.n, "seat": seat}
    record(act, "contracts.approval.given", given.id, facts=facts)
    await act.session.flush()
    return queries.approval_view(given)


async def require(act: Act, party: str, terms_digest: str, amount: Money | None) -> None:
    """Raise unless as many others as the party's own rule asks for have said yes to these terms.

    Asked before anything binds the party: at each round of its own, at its acceptance and at its signature. A party
    without a rule is bound by whoever holds its key. Raises ApprovalVoid where what was approved had other terms, and
    ApprovalMissing.
    """
    row = await queries.rule_of(act.session, party)
    if row is None:
        return
    rule: RuleBody = queries.body_of(row)
    wanted = rules.needed(rule, amount)
    if wanted == 0:
        return
    seats = {one.seat for one in await queries.standing(act.session, party, terms_digest)}
    acting = await queries.line_of(act.session, act.actor.hand)
    given = rules.counted(rule, seats, acting, amount, act.at)
    if given >= wanted:
        return
    facts: dict[str, Any] = {
        "n": row.n,
        "amount": _said(amount),
        "needed": wanted,
        "given": given,
        "digest": terms_digest,
    }
    earlier = await queries.superseded(act.session, party, terms_digest)
    if earlier is not None and not seats:
        raise ApprovalVoid(approved=earlier, **facts)
    raise ApprovalMissing(**facts)


async def use(act: Act, party: str, terms_digest: str, amount: Money | None, *, signed: str) -> None:
    """Ask the same at the signature that binds the party, which uses the approvals up: one yes is to one agreement.

    `signed` is the id of what was signed. Who signs the same terms once more asks anew. Raises as `require`.
    """
    if await queries.rule_of(act.session, party) is None:
        return
    await lock_name(act.session, "approval", party, terms_digest)
    await require(act, party, terms_digest, amount)
    await _mark(act, terms_digest, signed, party)


async def use_for_parts(
    act: Act,
    party: str,
    whole_digest: str,
    amount: Money | None,
    parts: Sequence[tuple[str, Money | None]],
    *,
    placed: str,
) -> None:
    """Ask the same of several terms at once, by their sum: each yes to the whole then stands for each of its parts.

    `parts` are the digests and amounts of the terms that it is made of, `placed` the id of what was placed. Raises as
    `require`.
    """
    row = await queries.rule_of(act.session, party)
    if row is None:
        return
    await lock_name(act.session, "approval", party, whole_digest)
    given = await queries.standing(act.session, party, whole_digest)
    await use(act, party, whole_digest, amount, signed=placed)
    for terms_digest, part in parts:
        seats = {one.seat for one in await queries.standing(act.session, party, terms_digest)}
        act.session.add_all(
            Approval(
                id=ids.new("apv"),
                party_id=party,
                terms_digest=terms_digest,
                amount_minor=0 if part is None else part.minor,
                currency=None if part is None else part.currency,
                rule_n=one.rule_n,
                seat=one.seat,
                key_id=one.key_id,
                approved_at=one.approved_at,
                voided_at=None,
                superseded_by=None,
            )
            for one in given
            if one.seat not in seats
        )
    await act.session.flush()


async def void_part(act: Act, party: str, terms_digest: str, *, placed: str, ended: str) -> None:
    """Make void what a yes to several terms had become for some of them, whose order ended before its signature.

    `placed` is what was said yes to, `ended` the id of the order: the yes was to that one, and to none after it.
    """
    of_whole = aliased(Approval)
    copied = select(of_whole.id).where(
        of_whole.superseded_by == placed,
        of_whole.party_id == party,
        of_whole.seat == Approval.seat,
        of_whole.key_id == Approval.key_id,
        of_whole.approved_at == Approval.approved_at,
    )
    await _mark(act, terms_digest, ended, party, only=copied.exists())


async def void(act: Act, superseded: str, by: str, *parties: str) -> None:
    """Make void what was said yes to where other terms have taken its place; the same terms again void nothing.

    What was void before, since the superseded terms had taken its place, now names those that stand.
    """
    if superseded == by:
        return
    earlier = (Approval.superseded_by == superseded, Approval.terms_digest != by)
    query = update(Approval).where(Approval.party_id.in_(parties), *earlier)
    await act.session.execute(query.values(superseded_by=by))
    await _mark(act, superseded, by, *parties)


async def _mark(act: Act, terms_digest: str, by: str, *parties: str, only: ColumnElement[bool] | None = None) -> None:
    query = update(Approval).where(
        Approval.party_id.in_(parties), Approval.terms_digest == terms_digest, Approval.voided_at.is_(None)
    )
    query = query if only is None else query.where(only)
    await act.session.execute(query.values(voided_at=act.at, superseded_by=by))


def _said(amount: Money | None) -> str:
    return "0" if amount is None else str(amount)
