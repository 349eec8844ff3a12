"""Pure rules of offers, public or between two: how long, how many, and what their terms must agree with."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from contracts.terms.document import Terms
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.text import Text


class NegotiationRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long things wait, and how many there may be."""

    answer_working_days: int
    reminder_working_days_before: int
    expires_days_max: int
    rounds_max: int
    open_between_two_max: int
    offers_open_max: int
    messages_max: int
    attachments_max: int
    attachment_bytes_max: int
    terms_bytes_max: int

    def __post_init__(self) -> None:
        if not 0 < self.reminder_working_days_before < self.answer_working_days:
            raise ValueError("whoever owes an answer is reminded before it is due")


RULES: Final = policy.load("negotiation", NegotiationRules, "market.offers")

OF_LISTING: Final = "LT-NEG-07"
"""The rule that terms are about the listing that they name."""


def expiry_fault(at: datetime, expires_at: datetime | None, table: NegotiationRules) -> Text | None:
    """What is wrong with the moment to which somebody would hold its word."""
    if expires_at is None:
        return None
    if expires_at <= at:
        return Text("有效期须晚于现在", "It ends in the future")
    if expires_at > at + timedelta(days=table.expires_days_max):
        return Text(
            f"有效期最长 {table.expires_days_max} 天", f"It is held open for at most {table.expires_days_max} days"
        )
    return None


def foreign(
    terms: Terms, *, provider: str, consumer: str | None, listing: str, asset: str, revision: str
) -> Iterator[FieldError]:
    """Where terms say another party, another product, or a revision that is not on offer."""
    sides = (("provider", terms.provider, provider), ("consumer", terms.consumer, consumer))
    for name, said, wanted in (
        *sides,
        ("listing", terms.listing, listing),
        ("policy/asset", terms.policy and terms.policy.asset, asset),
    ):
        if said != wanted:
            cure = Text(f"应为：{wanted}", f"It is to be {wanted}")
            if wanted is None:
                cure = Text("公开要约不指定使用方", "A public offer names no consumer")
            yield FieldError(f"/terms/{name}", cure, OF_LISTING)
    if terms.policy and terms.policy.revisions and revision not in terms.policy.revisions:
        text = Text(f"挂牌所售版本为 {revision}", f"The listing sells the revision {revision}")
        yield FieldError("/terms/policy/revisions", text, OF_LISTING)


def foreign_service(terms: Terms, provider: str, consumer: str) -> Iterator[FieldError]:
    """Where terms of a contract on services say another party, or turn it into a licence."""
    for name, said, wanted in (("provider", terms.provider, provider), ("consumer", terms.consumer, consumer)):
        if said != wanted:
            yield FieldError(f"/terms/{name}", Text(f"应为：{wanted}", f"It is to be {wanted}"), OF_LISTING)
    if terms.policy is not None:
        text = Text(
            "所磋商的是服务合同，不授予数据使用权", "What is negotiated is a contract on services, without a policy"
        )
        yield FieldError("/terms/policy", text, OF_LISTING)
