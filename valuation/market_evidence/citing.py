"""A study that cites the register of market evidence says what the register says; nobody cites his own trades."""

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.engine.inputs import Comparable, Study
from valuation.appraisal.engine.limits import COMPARABLE_RULE
from valuation.market_evidence import relations
from valuation.market_evidence.models import ComparableRow

CITED: Final = re.compile(r"\b(cmp_[0-7][0-9a-hjkmnp-tv-z]{25})\b")
"""How the evidence of a price names a comparable of the register."""

OWN_RULE: Final = "LT-APR-01"


def cited(case: Comparable) -> str | None:
    """The comparable of the register that a case cites, if it does."""
    found = CITED.search(case.price.evidence)
    return found.group(1) if found else None


async def faults(session: AsyncSession, study: Study, root: str, ours: Collection[str]) -> list[FieldError]:
    """Find cited comparables that are unknown, told differently from the register, or trades of the valuers' own."""
    if study.market is None:
        return []
    wanted = {name: each for name, case in study.market.comparables.items() if (each := cited(case)) is not None}
    rows = await session.scalars(select(ComparableRow).where(ComparableRow.id.in_(wanted.values())))
    known = {row.id: row for row in rows}
    found: list[FieldError] = []
    for name, each in sorted(wanted.items()):
        place, row = f"{root}/market/comparables/{name}", known.get(each)
        if row is None:
            text = Text(f"登记簿中没有案例 {each}。", f"The register holds no comparable {each}.")
            found.append(FieldError(f"{place}/price/evidence", text, COMPARABLE_RULE))
        else:
            found += differing(study.market.comparables[name], row, place)
            found += own(row, place, ours)
            found += relations.fault(row, f"{place}/price/evidence")
    return found


def differing(case: Comparable, row: ComparableRow, place: str) -> Iterator[FieldError]:
    """Each statement of a case that the register tells otherwise."""
    told = {
        "kind": (case.kind, row.kind),
        "dated": (case.dated, row.dated),
        "currency": (case.currency, row.currency),
        "tax_basis": (case.tax_basis, row.tax_basis),
        "right": (case.right, row.right),
        "mode": (case.mode, row.mode),
    }
    measured = {
        "price": (case.price.value, row.price),
        "scale": (case.scale.value, row.scale),
        "remaining_years": (case.remaining_years.value, row.remaining_years),
        "quality": (case.quality.value, row.quality),
    }
    for name, (said, stored) in told.items():
        if stored is not None and said != stored:
            yield _otherwise(f"{place}/{name}", str(said), str(stored), row.id)
    for name, (value, kept) in measured.items():
        if kept is not None and Decimal(value) != kept:
            yield _otherwise(f"{place}/{name}/value", value, f"{kept:f}", row.id)


def _otherwise(pointer: str, said: str, stored: str, id_: str) -> FieldError:
    text = Text(f"案例 {id_} 登记为 {stored}，所述为 {said}。", f"The register says {stored} of {id_}, not {said}.")
    return FieldError(pointer, text, COMPARABLE_RULE)


def own(row: ComparableRow, place: str, ours: Collection[str]) -> Iterator[FieldError]:
    """A trade in which the firm, or a party that its valuers have an interest in, took part."""
    if not set(row.parties).isdisjoint(ours):
        text = Text(
            "评估机构或与评估人员有利害关系的主体是该笔交易的当事人。",
            "The firm, or a party in which a valuer has an interest, took part in this trade.",
        )
        yield FieldError(f"{place}/price/evidence", text, OWN_RULE)
