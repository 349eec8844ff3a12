"""What the platform's own scan found in the data, as far as it binds the gates (LT-CLS-20); pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import Struct

from kernel.rules import policy
from kernel.text import Text


class Category(Struct, frozen=True, forbid_unknown_fields=True):
    """From which share of a column's values on, and of how many different ones, a finding binds; and what it means."""

    zh: str
    en: str
    share_min: Decimal
    distinct_min: int
    sensitive: bool
    identifies: bool


class ScanTerms(Struct, frozen=True, forbid_unknown_fields=True):
    """The categories that bind; what is not named is told and binds nothing."""

    category: dict[str, Category]


SCAN: Final = policy.load("scan", ScanTerms, "rights.classification")


class PersonalColumn(Struct, frozen=True):
    """A column in which a scorecard saw personal data; `people` estimates how many persons it tells of."""

    scorecard: str
    object: str
    column: str
    category: str
    share: str
    sensitive: bool = False
    people: int = 0

    @property
    def code(self) -> str:
        """How an officer names the finding."""
        return f"{self.object}.{self.column}:{self.category}"


class Overridden(Struct, frozen=True):
    """Findings that a named officer has looked into and let stand, with the reason."""

    id: str
    findings: tuple[str, ...]
    officer: str
    reason: str


def binding(scorecard: str, body: Mapping[str, Any], on: date) -> list[PersonalColumn]:
    """The findings of a scorecard that bind; a look at a column's name alone is no finding."""
    terms, found = SCAN.at(on).body.category, []
    for name, findings in body.get("personal_data", {}).items():
        estimates = {each["column"]: each["distinct_estimate"] for each in body.get("profile", {}).get(name, ())}
        for each in findings:
            category = terms.get(each["category"])
            if category is None or each["basis"] == "name" or Decimal(each["share"]) < category.share_min:
                continue
            distinct = estimates.get(each["column"])
            if distinct is not None and distinct < category.distinct_min:
                continue
            people = int(distinct or 0) if category.identifies else 0
            seen = (scorecard, name, each["column"], each["category"], each["share"])
            found.append(PersonalColumn(*seen, sensitive=category.sensitive, people=people))
    return found


def once(found: Iterable[PersonalColumn]) -> tuple[PersonalColumn, ...]:
    """The findings of several scorecards of one revision, each column and category once, in their order."""
    return tuple({each.code: each for each in found}.values())


def against(
    contrary: Sequence[PersonalColumn], overridden: Sequence[Overridden]
) -> tuple[Literal["held", "noted"], Text] | None:
    """Findings that the declaration denies hold, with both ways out; those that an officer let stand are told."""
    covered = {code for each in overridden for code in each.findings}
    standing = [each for each in contrary if each.code not in covered]
    if standing:
        names = ", ".join(f"{each.code} ({each.share}, {each.scorecard})" for each in standing)
        return "held", Text(
            f"平台扫描发现与声明不符：{names}。请重新申报分类分级，或由审核员说明理由后放行（LT-CLS-20、LT-CLS-21）",
            f"Our own scan contradicts the declaration: {names}. Declare the classification again, or have a reviewer"
            " override it with a reason (LT-CLS-20, LT-CLS-21)",
        )
    codes = {each.code for each in contrary}
    let = [each for each in overridden if codes & set(each.findings)]
    zh = "；".join(f"{each.officer} 放行（{each.id}）{', '.join(each.findings)}：{each.reason}" for each in let)
    en = "; ".join(f"{each.officer} let stand ({each.id}) {', '.join(each.findings)}: {each.reason}" for each in let)
    return ("noted", Text(zh, en)) if let else None
