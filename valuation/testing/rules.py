"""Pure rules of testing: the measures, their limits, the conclusion, and what is signed.

The conclusion follows from the measures and their limits alone, so that anybody can draw it again from the result.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final, Literal

from msgspec import Struct

from kernel.crypto import canonical
from kernel.text import Text
from valuation.testing.policy import Limits

DIMENSIONS: Final[dict[str, Text]] = {
    "availability": Text("可用性", "Availability"),
    "reliability": Text("可靠性", "Reliability"),
    "security": Text("安全性", "Security"),
    "scale": Text("规模质量", "Scale and quality"),
}


class Reading(Struct, frozen=True):
    """One reading of one file, as a sample tells it."""

    number: int
    file: str
    taken_at: datetime
    ok: bool
    milliseconds: int
    fingerprint: str | None
    whole: bool


class Measure(Struct, frozen=True):
    """One measured number beside its limit; without a limit it is told and not judged."""

    code: str
    dimension: str
    name: Text
    value: str
    unit: str
    limit: str | None = None
    direction: Literal["min", "max"] | None = None

    @property
    def met(self) -> bool | None:
        """Whether the limit is kept; None without one."""
        return judged(self.value, self.limit, self.direction)


def judged(value: str, limit: str | None, direction: str | None) -> bool | None:
    """Whether a number keeps its limit; None without one."""
    if limit is None:
        return None
    return Decimal(value) >= Decimal(limit) if direction == "min" else Decimal(value) <= Decimal(limit)


def conclusion(measures: Sequence[Mapping[str, Any]]) -> str:
    """`passed` when every measure that has a limit keeps it."""
    found = [judged(str(m["value"]), m["limit"], m["direction"]) for m in measures]
    return "passed" if found and all(each is not False for each in found) else "failed"


def measures(
    readings: Sequence[Reading],
    registered: Mapping[str, str],
    card: Mapping[str, Any],
    declared_personal: str | None,
    limits: Limits,
) -> list[Measure]:
    """All measures of a test, from its readings, the digests that were registered, and its scorecard."""
    return [
        *_availability(readings, limits),
        *_reliability(readings, registered, card, limits),
        *_security(card, declared_personal, limits),
        *_scale(card, limits),
    ]


def _availability(readings: Sequence[Reading], limits: Limits) -> list[Measure]:
    good = [reading for reading in readings if reading.ok]
    times = sorted(reading.milliseconds for reading in good)
    found = [
        _least("available_share", "availability", "可读取的次数占比", "share of readings that succeeded",
               _share(len(good), len(readings)), limits.availability_min),
        _told("readings", "availability", "读取次数", "readings", len(readings), "1"),
    ]  # fmt: skip
    if times:
        slow = times[min(len(times) - 1, -(-95 * len(times) // 100) - 1)]
        found.append(_told("reading_p95", "availability", "读取耗时（95 分位）", "time of a reading, 95 %", slow, "ms"))
    return found


def _reliability(
    readings: Sequence[Reading], registered: Mapping[str, str], card: Mapping[str, Any], limits: Limits
) -> list[Measure]:
    """Every whole reading has the registered digest, and parts read again are the same parts."""
    first: dict[str, str | None] = {}
    equal = compared = 0
    for reading in readings:
        if not reading.ok:
            continue
        wanted = registered[reading.file] if reading.whole else first.setdefault(reading.file, reading.fingerprint)
        compared += 1
        equal += reading.fingerprint == wanted
    rows = sum(file["rows"] for file in card["files"])
    lost = sum(file["malformed"] for file in card["files"])
    return [
        _least("digests_equal", "reliability", "重复读取内容一致的占比", "share of readings with equal content",
               _share(equal, compared), limits.digests_equal_min),
        _least("rows_readable", "reliability", "可解析记录占比", "share of records that can be read",
               _share(rows, rows + lost), limits.rows_kept_min),
    ]  # fmt: skip


def _security(card: Mapping[str, Any], declared_personal: str | None, limits: Limits) -> list[Measure]:
    found = [f for findings in card["personal_data"].values() for f in findings if f["basis"] != "name"]
    sure = [f for f in found if f["confidence"] == "high" and not f["declared"]]
    measures = [
        _most("undeclared_personal", "security", "未声明的个人信息字段", "columns of undeclared personal data",
              len(sure), limits.undeclared_personal_max),
        _told("personal_columns", "security", "有个人信息线索的字段", "columns with signs of personal data",
              len({f["column"] for f in found}), "1"),
    ]  # fmt: skip
    if declared_personal in ("none", "anonymised"):
        measures.append(
            _most("contrary_to_classification", "security", "与分类分级声明不符的字段",
                  "columns contrary to the classification", len([f for f in found if f["confidence"] == "high"]),
                  limits.undeclared_personal_max)
        )  # fmt: skip
    groups = [each["anonymity"] for each in card["privacy"].values()]
    if groups:
        names = ("准标识符的最小分组", "smallest group of quasi-identifiers")
        measures.append(_least("smallest_group", "security", *names, str(min(groups)), limits.group_min))
    return measures


def _scale(card: Mapping[str, Any], limits: Limits) -> list[Measure]:
    columns = sum(len(each) for each in card["profile"].values())
    size = sum(file["size_bytes"] for file in card["files"])
    return [
        _told("rows", "scale", "记录数", "rows", card["rows"], "1"),
        _told("columns", "scale", "字段数", "columns", columns, "1"),
        _told("bytes", "scale", "数据量", "size", size, "B"),
        _told("checks", "scale", "质量检查项", "quality checks", len(card["checks"]), "1"),
        _least("score", "scale", "质量得分", "quality score", card["score"], limits.score_min),
    ]


def _share(part: int, whole: int) -> str:
    """Rounded down, so that what is not all is never shown as all; nothing of nothing is no success."""
    share = Decimal(part) / Decimal(whole) if whole else Decimal(0)
    return str(share.quantize(Decimal("0.000001"), ROUND_FLOOR))


def _told(code: str, dimension: str, zh: str, en: str, value: int, unit: str) -> Measure:
    return Measure(code, dimension, Text(zh, en), str(value), unit)


def _least(code: str, dimension: str, zh: str, en: str, value: str, limit: Decimal) -> Measure:
    return Measure(code, dimension, Text(zh, en), value, "1", str(limit), "min")


def _most(code: str, dimension: str, zh: str, en: str, value: int, limit: Decimal) -> Measure:
    return Measure(code, dimension, Text(zh, en), str(value), "1", str(limit), "max")


def digest(content: Mapping[str, Any]) -> str:
    """The digest that stands for a result (RFC 8785, SHA-256)."""
    return canonical.digest(dict(content))


def signing_text(test_id: str, digest: str) -> str:
    """What the tester signs, as UTF-8 bytes."""
    return f"liutong third-party test {test_id} {digest}"


def complete(readings: Collection[Reading], samples: int, files: Collection[str]) -> bool:
    """Whether every file was read at every sample."""
    return len({(reading.number, reading.file) for reading in readings}) == samples * len(files)
