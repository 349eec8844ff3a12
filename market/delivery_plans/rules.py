"""Pure rules of delivery plans: what is wrong with one, and what each of its parts comes to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Final

from msgspec import Meta, Struct

from kernel.errors import FieldError
from kernel.money import Money
from kernel.rules import policy
from kernel.text import Text
from market.delivery_plans.schemas import PlannedPart


class PlanTable(Struct, frozen=True, forbid_unknown_fields=True):
    """How many parts and proposals there may be, how far ahead a part may lie, and the time to answer."""

    parts_max: Annotated[int, Meta(ge=2, le=50)]
    days_ahead_max: Annotated[int, Meta(ge=1, le=1830)]
    plans_max: Annotated[int, Meta(ge=1, le=20)]
    answer_working_days: Annotated[int, Meta(ge=1, le=60)]


RULES: Final = policy.load("delivery-plans", PlanTable, "market.delivery_plans")

PLANNED: Final = "LT-PRT-01"
"""The rule by which a plan is proposed and agreed."""


def amounts(price: Money, parts: Sequence[PlannedPart]) -> list[Money]:
    """What each part comes to of a price; the largest remainders get the last minor units."""
    return price.split(*(part.weight for part in parts))


def plan_faults(
    parts: Sequence[PlannedPart], files: Sequence[str], price: Money, days: tuple[date, date], table: PlanTable
) -> list[FieldError]:
    """Everything that is wrong with the parts of an order with these files at this price, within these days."""
    return [*_of_parts(parts, price, table), *_of_files(parts, files), *_of_days(parts, *days)]


def days_of(today: date, licence_until: date | None, table: PlanTable) -> tuple[date, date]:
    """The first and the last day on which a part may be handed over."""
    last = today + timedelta(days=table.days_ahead_max)
    return today, last if licence_until is None else max(today, min(last, licence_until))


def _of_parts(parts: Sequence[PlannedPart], price: Money, table: PlanTable) -> Iterator[FieldError]:
    if len(parts) > table.parts_max:
        yield _fault("/parts", f"最多分 {table.parts_max} 批", f"There are at most {table.parts_max} parts")
    for at, money in enumerate(amounts(price, parts)):
        if money.minor == 0:
            yield _fault(
                f"/parts/{at}/weight", f"按此权重该批在 {price} 中不足最小货币单位", f"It comes to nothing of {price}"
            )


def _of_files(parts: Sequence[PlannedPart], files: Sequence[str]) -> Iterator[FieldError]:
    named = Counter(name for part in parts for name in part.files)
    for at, part in enumerate(parts):
        for place, name in enumerate(part.files):
            pointer = f"/parts/{at}/files/{place}"
            if name not in files:
                yield _fault(pointer, "协议中没有该文件", "The agreement has no such file")
            elif named[name] > 1:
                yield _fault(pointer, "一个文件只能列入一批一次", "A file is in one part, once")
    if missing := [name for name in files if name not in named]:
        yield _fault("/parts", f"未列入任何一批：{'、'.join(missing)}", f"In no part: {', '.join(missing)}")


def _of_days(parts: Sequence[PlannedPart], today: date, last: date) -> Iterator[FieldError]:
    before = today
    for at, part in enumerate(parts):
        pointer = f"/parts/{at}/from_day"
        if not today <= part.from_day <= last:
            yield _fault(pointer, f"应在 {today} 至 {last} 之间", f"It lies from {today} to {last}")
        elif part.from_day < before:
            yield _fault(pointer, "各批应按日期先后排列", "Parts are in the order of their days")
        before = max(before, part.from_day)


def _fault(pointer: str, chinese: str, english: str) -> FieldError:
    return FieldError(pointer, Text(chinese, english), PLANNED)
