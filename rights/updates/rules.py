"""Where an update ends and a change begins; pure. Whatever leaves the scope is told at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from kernel.errors import FieldError
from kernel.text import Text

RULE: Final = "LT-RGT-36"

Layout = tuple[str, ...]
"""The names of a table's fields in their order do not matter; of a file that is no table only its kind is known."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a certificate declares of the data, as far as an update must stay within it."""

    asset_id: str
    number: int
    cycle: str
    covers_from: date | None
    covers_until: date | None
    valid_until: date
    layouts: frozenset[Layout]
    grade: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Update:
    """What a revision is, and what its holder states of it; `resembles` are other parties' claims on such data."""

    asset_id: str
    number: int
    covers_from: date
    covers_until: date
    layouts: frozenset[Layout]
    grade: tuple[str, str] | None
    same_subject: bool
    same_source: bool
    same_class: bool
    resembles: tuple[str, ...] = ()


def layouts(files: Iterable[tuple[str, str]], fields: Mapping[str, Sequence[str]]) -> frozenset[Layout]:
    """The tables of a revision by the names of their fields; `files` are names and digests."""
    return frozenset(
        tuple(sorted(fields[sha256])) if sha256 in fields else (f"*{PurePosixPath(name).suffix.lower()}",)
        for name, sha256 in files
    )


def scope_faults(scope: Scope, update: Update, cycles: Sequence[str]) -> list[FieldError]:
    """Every respect in which a revision leaves what was declared: subject, cycle, source, class, fields, period."""
    return [
        *_identity(scope, update, cycles),
        *_stated(scope, update),
        *_fields(scope, update),
        *_period(scope, update),
    ]


def _fault(pointer: str, zh: str, en: str) -> FieldError:
    plain = {ord("{"): "(", ord("}"): ")"}
    return FieldError(pointer, Text(zh.translate(plain), en.translate(plain)), RULE)


def _identity(scope: Scope, update: Update, cycles: Sequence[str]) -> Iterator[FieldError]:
    if update.asset_id != scope.asset_id:
        yield _fault("/revision_id", "不是登记资产的数据版本", "It is no revision of the registered asset")
    elif update.number <= scope.number:
        yield _fault(
            "/revision_id",
            f"不比已入册的第 {scope.number} 版新",
            f"It is not newer than revision {scope.number}, which is in the register",
        )
    if scope.cycle not in cycles:
        yield _fault(
            "/revision_id",
            f"登记的更新频率为“{scope.cycle}”，不按周期更新；可按更新入册的频率：{'、'.join(cycles)}",
            f"The registered cycle is {scope.cycle}, which has no updates; cycles that have: {', '.join(cycles)}",
        )
    for claim in update.resembles:
        yield _fault(
            "/revision_id",
            f"与他人登记 {claim} 的数据相同或高度近似，须经变更登记公示",
            f"It is the same as, or nearly the same as, the data of {claim}, and must go through public notice",
        )


def _stated(scope: Scope, update: Update) -> Iterator[FieldError]:
    if not update.same_subject:
        yield _fault("/statement/same_subject", "所指对象改变", "It is about another subject")
    if not update.same_source:
        yield _fault("/statement/same_source", "来源改变", "It comes from another source")
    if not update.same_class:
        yield _fault("/statement/same_class", "分类分级改变", "Its class is another one")
    elif scope.grade is not None and update.grade != scope.grade:
        now = update.grade or ("—", "—")
        yield _fault(
            "/statement/same_class",
            f"分类分级由 {' / '.join(scope.grade)} 变为 {' / '.join(now)}",
            f"The declared class was {' / '.join(scope.grade)} and is {' / '.join(now)}",
        )


def _fields(scope: Scope, update: Update) -> Iterator[FieldError]:
    """The same tables with the same fields, in any order; what is new and what is gone is named."""
    if scope.layouts == update.layouts:
        return
    before, after = ({name for layout in side for name in layout} for side in (scope.layouts, update.layouts))
    new, gone = sorted(after - before), sorted(before - after)
    parts_zh = [f"{word}：{'、'.join(names)}" for word, names in (("新增", new), ("缺少", gone)) if names]
    parts_en = [f"{word}: {', '.join(names)}" for word, names in (("new", new), ("gone", gone)) if names]
    told = ("；".join(parts_zh) or "字段在各表中的分布改变", "; ".join(parts_en) or "they stand in other tables")
    yield _fault("/revision_id", f"字段与登记不符（{told[0]}）", f"The fields are not those registered ({told[1]})")


def _period(scope: Scope, update: Update) -> Iterator[FieldError]:
    """The data lies within the declared period; one that is open at its end reaches as far as the certificate."""
    if update.covers_until < update.covers_from:
        yield _fault("/covers_until", "止期早于起期", "The period ends before it begins")
    if scope.covers_from is not None and update.covers_from < scope.covers_from:
        yield _fault(
            "/covers_from",
            f"早于登记的起期 {scope.covers_from}",
            f"It begins before the declared period, which begins on {scope.covers_from}",
        )
    last = scope.covers_until or scope.valid_until
    if update.covers_until > last:
        yield _fault("/covers_until", f"超出登记的止期 {last}", f"It goes beyond the declared period, until {last}")
