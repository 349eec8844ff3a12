"""What a complaint leaves on paper: what the sides agreed to, and the centre's decisions, signed."""

from typing import Any, Final

import msgspec
from sqlalchemy import select

from contracts.agreements.commands import party_facts
from contracts.agreements.models import Agreement
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import one
from kernel.documents.commands import issue
from kernel.documents.models import Document
from kernel.money import Money
from kernel.rules import rulebook
from kernel.time.clock import timestamp
from market.complaints import rules
from market.complaints.models import Complaint, ComplaintStep
from market.complaints.schemas import DecideComplaint
from market.complaints.verify import FORM, KIND
from market.orders.models import Order

AGREED: Final = ("LT-CMP-05", "LT-CMP-08")
"""The rules that a record of what was agreed names."""

_COURSE: Final = ("complaint", "answer", "silence", "mediation", "proposal", "response", "decision", "appeal")
"""The steps that a document tells of."""


async def agreed(act: Act, row: Complaint) -> Document:
    """Issue the record of what both sides have agreed to (调解书); no findings, since nobody decided."""
    return await _issued(act, row, "agreement", AGREED, findings="", grounds="")


async def decided(act: Act, row: Complaint, stage: str, data: DecideComplaint) -> Document:
    """Issue a decision at first instance or on the appeal (处理决定书): facts, grounds, rules and figures."""
    return await _issued(act, row, stage, data.rules, findings=data.findings, grounds=data.grounds)


async def _issued(act: Act, row: Complaint, stage: str, cited: Any, *, findings: str, grounds: str) -> Document:
    agreement = await one(act.session, Agreement, row.agreement_id)
    order = await one(act.session, Order, row.order_id)
    table = rules.TABLE.version(row.policy["version"]).body
    reason = table.reason_of(row.reason)
    remedy = row.remedy or {}
    minor = remedy.get("amount_minor")
    amount = Money(int(minor or 0), row.currency)
    price, disputed = Money(row.price_minor, row.currency), row.disputed
    claims: dict[str, Any] = {
        "form": FORM,
        "stage": stage,
        "complaint_id": row.id,
        "about": row.about,
        "order": {"order_id": order.id, "title_zh": order.title_zh, "title_en": order.title_en},
        "agreement": {"agreement_id": agreement.id, "digest": agreement.digest},
        "buyer": msgspec.to_builtins(await party_facts(act.session, row.buyer)),
        "provider": msgspec.to_builtins(await party_facts(act.session, row.provider)),
        "reason": {"code": row.reason, "zh": reason.zh if reason else row.reason, "en": reason.en if reason else ""},
        "asked": row.asked,
        "filed_at": timestamp(row.filed_at),
        "decided_at": timestamp(act.at),
        "course": await _course(act, row),
        "findings": findings,
        "grounds": grounds,
        "rules": _cited(act, cited),
        "remedy": {"kind": remedy["kind"], "amount": None if minor is None else _wire(amount)},
        "figures": {
            "price": _wire(price),
            "disputed": _wire(disputed),
            "paid_back": _wire(amount),
            "kept": _wire(price - amount),
        },
        "appeal_working_days": str(table.appeal_working_days) if stage == "decision" else None,
        "policy": row.policy,
    }
    return await issue(act.by(SYSTEM), KIND, row.id, claims, parties=row.parties)


async def _course(act: Act, row: Complaint) -> list[dict[str, str]]:
    """What led here, step by step, without what was said in them: the record of the case has that."""
    query = select(ComplaintStep.kind, ComplaintStep.role, ComplaintStep.at, ComplaintStep.n)
    query = query.where(ComplaintStep.complaint_id == row.id, ComplaintStep.kind.in_(_COURSE))
    rows = await act.session.execute(query.order_by(ComplaintStep.n))
    return [{"n": str(n), "kind": kind, "role": role, "at": timestamp(at)} for kind, role, at, n in rows]


def _cited(act: Act, cited: Any) -> list[dict[str, str]]:
    book = rulebook.in_force(act.today)
    cited_rules = [book.cite(each) for each in cited]
    return [
        {"id": rule.id, "zh": rule.zh, "en": rule.en, "basis": rule.basis} for rule in cited_rules if rule is not None
    ]


def _wire(money: Money) -> dict[str, str]:
    view = money.view()
    return {"amount": view.amount, "currency": view.currency}
