"""When files may be handed over, and what counts as having received them; pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from contracts.agreements.states import AgreementState
from kernel.errors import FieldError
from kernel.rules import policy
from kernel.storage.ranges import Span, span_of
from kernel.text import Text
from market.delivery.schemas import RecordUse
from market.orders.rules import licence_until, refusal
from market.orders.states import OrderState


class Links(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long links are good for that ask for no key."""

    holder_seconds_max: int


LINKS: Final = policy.load("links", Links, "market.delivery")


def may_fetch(
    order: OrderState,
    agreement: AgreementState,
    settled_at: datetime | None,
    term_days: int,
    at: datetime,
    *,
    granted_until: date | None = None,
    granted: bool = True,
    destroyed: bool = False,
) -> bool:
    """What the entitlement says: paid and not taken back, agreement and grant in force, the last day not over."""
    until = licence_until(settled_at, term_days, granted_until)
    return refusal(order, agreement, until, at, granted=granted, destroyed=destroyed) is None


def is_fetched(size_bytes: int, answered: Iterable[str | None]) -> bool:
    """Whether answers, each to a range of bytes or (None) to the whole, together gave every byte of a file."""
    spans = [span_of(asked, size_bytes) or Span(0, size_bytes) for asked in answered]
    reached = 0
    for span in sorted(spans, key=lambda span: span.start):
        if span.start > reached:
            return False
        reached = max(reached, span.end)
    return bool(spans) and reached >= size_bytes


def use_faults(shown: Mapping[str, str], confirmed: Sequence[tuple[str, str]]) -> list[FieldError]:
    """Every way in which the uses that a buyer confirms (id, digest of the result) are not those shown, by id."""
    faults: list[FieldError] = []
    for position, (use, sha256) in enumerate(confirmed):
        if use not in shown or use in [earlier for earlier, _ in confirmed[:position]]:
            text = Text("没有这次计算，或重复列出", "No such use is recorded, or it is named twice")
            faults.append(FieldError(f"/uses/{position}/id", text, "LT-DLV-07"))
        elif shown[use] != sha256:
            text = Text("结果摘要与记录不符", "The digest is not that of the recorded result")
            faults.append(FieldError(f"/uses/{position}/result_sha256", text, "LT-DLV-07"))
    if not confirmed:
        text = Text("须至少确认一次计算及其结果", "Confirm at least one use with its result")
        faults.append(FieldError("/uses", text, "LT-DLV-07"))
    return faults


def recording_faults(
    use: RecordUse, environments: Collection[str], paid_at: datetime | None, at: datetime
) -> list[FieldError]:
    """Every way in which a use lies outside the licence, or cannot have happened."""
    faults: list[FieldError] = []
    if use.environment not in environments:
        listed = ", ".join(sorted(environments))
        text = Text(f"许可的环境为：{listed}", f"Licensed are: {listed}")
        faults.append(FieldError("/environment", text, "LT-DLV-07"))
    moments = (use.started_at, use.ended_at)
    if any(moment.tzinfo is None for moment in moments):
        text = Text("时间须注明时区", "A moment names its zone")
        return [*faults, FieldError("/started_at", text, "LT-DLV-07")]
    if not (use.started_at <= use.ended_at <= at) or (paid_at is not None and use.started_at < paid_at):
        text = Text("计算须在付款之后开始，且已经结束", "A use begins after the payment, and has ended")
        faults.append(FieldError("/started_at", text, "LT-DLV-07"))
    return faults


def receipt_faults(agreed: Mapping[str, str], received: Sequence[tuple[str, str]]) -> list[FieldError]:
    """Every way in which what arrived (name, digest) differs from what was agreed (name -> digest)."""
    faults: list[FieldError] = []
    seen: set[str] = set()
    for position, (name, sha256) in enumerate(received):
        pointer = f"/files/{position}"
        if name not in agreed:
            faults.append(_fault(f"{pointer}/name", "协议未列此文件", "The agreement lists no such file"))
        elif name in seen:
            faults.append(_fault(f"{pointer}/name", "文件重复", "The file is named twice"))
        elif agreed[name] != sha256:
            faults.append(_fault(f"{pointer}/sha256", "摘要与协议不符", "The digest is not the agreement's"))
        seen.add(name)
    missing = sorted(set(agreed) - seen)
    faults.extend(_fault("/files", f"缺少文件：{name}", f"The file {name} is missing") for name in missing)
    return faults


def _fault(pointer: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer, Text(zh, en), "LT-DLV-03")
