"""When files may be handed over, and what counts as having received them; pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from contracts.agreements.states import AgreementState
from kernel.errors import FieldError
from kernel.text import Text
from market.orders.rules import licence_until, refusal
from market.orders.states import OrderState


def may_fetch(
    order: OrderState,
    agreement: AgreementState,
    settled_at: datetime | None,
    term_days: int,
    at: datetime,
    *,
    granted_until: date | None = None,
    granted: bool = True,
) -> bool:
    """What the entitlement says: paid and not taken back, agreement and grant in force, the last day not over."""
    return refusal(order, agreement, licence_until(settled_at, term_days, granted_until), at, granted=granted) is None


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
