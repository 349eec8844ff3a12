"""Proposing a joint agreement, consenting to it or not, ending it; what is over stops its runs at once."""

from datetime import timedelta

import msgspec
from sqlalchemy import func, select

from channels.computing.commands.asking import Purchase, purchase
from channels.computing.commands.offers import file_columns
from channels.computing.errors import QueryRefused
from channels.computing.grammar.parsing import named_parameters
from channels.computing.rules import RULES as COMPUTING
from channels.joint import queries
from channels.joint.commands.stopping import stop_runs
from channels.joint.errors import JointAgreementsOpen, JointContentDiffers, JointUnfit
from channels.joint.models import JointAgreement, Side
from channels.joint.rules import RULES, content_faults, fault, templates_faults
from channels.joint.schemas import ConsentJoint, JointAgreementView, JointContent, JointReason
from channels.joint.states import AWAITING_CONSENT, JOINT_AGREEMENT, OPEN, JointAgreementAction
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import lock_name, locked, one
from kernel.errors import FieldError
from kernel.jobs import desk
from kernel.states import Role
from kernel.storage.store import Storage


async def propose(act: Act, data: JointContent) -> JointAgreementView:
    """The buyer of two orders proposes to join their data; it holds once both providers have consented.

    Raises what an order's delivery does, FilesHandedOut, JointUnfit and JointAgreementsOpen.
    """
    a, b = await purchases(act, data.a.order_id, data.b.order_id)
    rules = RULES.at(act.today).body
    offers = await queries.offers_of(act.session, (a.agreement, b.agreement))
    faults = [*content_faults(data, (a.agreement.provider, b.agreement.provider), offers, rules)]
    named, unreadable = await _named(act, data)
    faults += [*unreadable, *templates_faults(data.templates, named, rules, COMPUTING.at(act.today).body)]
    if faults:
        raise JointUnfit(errors=faults, count=len(faults))
    await lock_name(act.session, "joint_agreement", a.order.buyer)
    count = select(func.count()).where(JointAgreement.buyer == a.order.buyer, JointAgreement.status.in_(OPEN))
    if int(await act.session.scalar(count) or 0) >= rules.open_max:
        raise JointAgreementsOpen(limit=rules.open_max)
    content = msgspec.to_builtins(data)
    row = JointAgreement(
        id=ids.new("jag"),
        buyer=a.order.buyer,
        **{f"a_{name}": value for name, value in _of_side(a).items()},
        **{f"b_{name}": value for name, value in _of_side(b).items()},
        content=content,
        sha256=canonical.digest(content),
        due_at=act.at + timedelta(days=rules.consent_days),
        created_at=act.at,
    )
    await lifecycle.begin(act, row, JOINT_AGREEMENT, parties=row.parties, sha256=row.sha256)
    return queries.agreement_view(row, act.actor)


async def purchases(
    act: Act,
    a_order: str,
    b_order: str,
    revisions: tuple[str | None, str | None] = (None, None),
    place: str | None = None,
) -> tuple[Purchase, Purchase]:
    """What the actor has bought on both sides, its data staying here; each is locked in the order of the ids."""
    asked = {a_order: revisions[0], b_order: revisions[1]}
    bought = {order: await purchase(act, order, asked[order], place) for order in sorted(asked)}
    return bought[a_order], bought[b_order]


def _of_side(bought: Purchase) -> dict[str, str]:
    return {
        "order_id": bought.order.id,
        "agreement_id": bought.agreement.id,
        "asset_id": bought.agreement.licensed.asset_id,
        # Of a settled order that stays who sold it; who licenses the data now is asked to consent.
        "provider": bought.agreement.provider,
    }


async def _named(act: Act, data: JointContent) -> tuple[list[list[str]], list[FieldError]]:
    """The parameters that the text of each template has, and what is wrong with texts that cannot be read."""
    named, faults = [], []
    for at, template in enumerate(data.templates[: RULES.at(act.today).body.templates_max]):
        try:
            named.append(await desk.answer(named_parameters, template.sql, party=act.actor.party, in_unit=True))
        except QueryRefused as refused:
            named.append([parameter.name for parameter in template.parameters])
            faults += [fault(f"/templates/{at}/sql", each.detail.zh, each.detail.en) for each in refused.errors]
    return named, faults


async def consent(act: Act, joint_id: str, data: ConsentJoint, storage: Storage) -> JointAgreementView:
    """A provider consents to exactly this content; with the second consent the agreement is in force.

    Raises JointContentDiffers, and JointUnfit where its newest revision has no such file or column.
    """
    row = await one(act.session, JointAgreement, joint_id)
    side = queries.own_side(row, act.actor)
    of_side = queries.content_side(row, side.name)
    columns = await file_columns(act, side.asset_id, of_side.file, storage)
    row = await locked(act.session, JointAgreement, joint_id)
    if data.sha256 != row.sha256:
        raise JointContentDiffers(sha256=row.sha256)
    if _consented(row, side):
        return queries.agreement_view(row, act.actor)
    JOINT_AGREEMENT.next(row.status, JointAgreementAction.CONSENT, Role.PROVIDER)
    if of_side.key_column not in columns:
        faults = [_no_column(side, columns)]
        raise JointUnfit(errors=faults, count=len(faults))
    if side.name == "a":
        row.a_consented_at = act.at
    else:
        row.b_consented_at = act.at
    if row.a_consented_at is not None and row.b_consented_at is not None:
        row.in_force_at = act.at
        row.due_at = act.at + timedelta(days=queries.content_of(row).term_days)
    facts = {"sha256": row.sha256, "side": side.name}
    await lifecycle.advance(
        act, row, JOINT_AGREEMENT, JointAgreementAction.CONSENT, Role.PROVIDER, parties=row.parties, **facts
    )
    return queries.agreement_view(row, act.actor)


def _consented(row: JointAgreement, side: Side) -> bool:
    return (row.a_consented_at if side.name == "a" else row.b_consented_at) is not None


def _no_column(side: Side, columns: list[str]) -> FieldError:
    if not columns:
        return fault(f"/{side.name}/file", "最新版本中没有可读取的此名文件", "The newest revision has no such table")
    listed = ", ".join(columns)
    return fault(f"/{side.name}/key_column", f"文件中没有此列；有：{listed}", f"No such column; the file has {listed}")


async def refuse(act: Act, joint_id: str, data: JointReason) -> JointAgreementView:
    """A provider does not consent."""
    return await _over(act, joint_id, JointAgreementAction.REFUSE, data.reason)


async def withdraw(act: Act, joint_id: str) -> JointAgreementView:
    """The buyer takes a proposal back that not both have consented to."""
    return await _over(act, joint_id, JointAgreementAction.WITHDRAW, None)


async def end(act: Act, joint_id: str, data: JointReason) -> JointAgreementView:
    """Each of the three ends what is in force; what runs or waits for review is stopped in this unit."""
    return await _over(act, joint_id, JointAgreementAction.END, data.reason)


async def _over(act: Act, joint_id: str, action: JointAgreementAction, reason: str | None) -> JointAgreementView:
    row = await locked(act.session, JointAgreement, joint_id)
    role = queries.role_of(row, act.actor, queries.AGREEMENTS)
    facts = {"reason": reason} if reason is not None else {}
    await lifecycle.advance(act, row, JOINT_AGREEMENT, action, role, parties=row.parties, **facts)
    row.reason, row.ended_at, row.due_at = reason, act.at, None
    await stop_runs(act, row.id)
    return queries.agreement_view(row, act.actor)


async def time_over(act: Act, joint_id: str) -> None:
    """What nobody consented to in time has lapsed, and what was in force to its last day has expired."""
    row = await locked(act.session, JointAgreement, joint_id)
    if row.due_at is not None and row.due_at <= act.at:
        await _run_out(act, row)


async def provider_changed(act: Act, joint_id: str) -> None:
    """Where an agreement has passed to another provider, nothing is computed that this one did not consent to."""
    row = await locked(act.session, JointAgreement, joint_id)
    if row.status in OPEN:
        row.reason = "an agreement has passed to another provider"
        await _run_out(act, row)


async def _run_out(act: Act, row: JointAgreement) -> None:
    action = JointAgreementAction.LAPSE if row.status in AWAITING_CONSENT else JointAgreementAction.EXPIRE
    await lifecycle.advance(act.by(SYSTEM), row, JOINT_AGREEMENT, action, Role.SYSTEM, parties=row.parties)
    row.ended_at, row.due_at = act.at, None
    await stop_runs(act, row.id)
