"""What the measurements of a desensitisation speak for and against: whether anything could still tell a person."""

from collections.abc import Iterable, Mapping
from typing import Any

from kernel.crypto import canonical
from kernel.text import Text
from valuation.quality.desensitisation.plan import Hash, Keep, ObjectPlan
from valuation.quality.desensitisation.treatment.report import ColumnReport, FileReport, Side, Verdict, measurable

SMALL_GROUP = 5
"""Below this size of the smallest group people are commonly held to be recognisable."""
ROW_LEVEL = 0.5
"""A column with different values in more than this share of the rows tells rows apart, and with them persons."""

_NOTE = Text(
    "本报告只陈述测量结果。是否构成匿名化（无法识别特定自然人且不能复原）由处理者结合其他可得信息判断，去标识化后的信息仍为个人信息。",
    "This report states measurements only. Whether nobody can be identified and nothing restored is for the processor "
    "to judge, with all other information that can be had; de-identified information is still personal.",
)


def verdict(
    after: Side, files: Iterable[FileReport], columns: Iterable[ColumnReport], plans: Mapping[str, ObjectPlan]
) -> Verdict:
    """`identified` while something looks personal, tells rows apart, was not measured or leaves a group small."""
    rows = {each.object: each.rows_after for each in files}
    stayed = [each for each in columns if each.distinct_after is not None]
    reasons = [
        Text(f"{name}.{f.column} 仍有个人信息线索（{f.category}）", f"{name}.{f.column} still looks like {f.category}")
        for name, findings in after.personal.items()
        for f in findings
        if f.basis != "name" and f.confidence in ("high", "medium")
    ]
    reasons += [text for each in stayed if (text := _row_level(each, rows[each.object], plans[each.object]))]
    for name, plan in plans.items():
        left = [each.column for each in stayed if each.object == name]
        measured = after.privacy[name].quasi_identifiers if name in after.privacy else ()
        if unmeasured := [column for column in measurable(plan, left) if column not in measured]:
            names = ", ".join(unmeasured)
            reasons.append(
                Text(
                    f"{name} 保留的字段未作为准标识符测量：{names}",
                    f"columns of {name} stay that were not measured as quasi-identifiers: {names}",
                )
            )
    reasons += [
        Text(f"{name} 的最小分组为 {p.anonymity} 条", f"the smallest group of {name} has {p.anonymity} rows")
        for name, p in after.privacy.items()
        if p.anonymity < SMALL_GROUP
    ]
    return Verdict("identified" if reasons else "candidate", tuple(reasons), _NOTE)


def _row_level(column: ColumnReport, rows: int, plan: ObjectPlan) -> Text | None:
    """A pseudonym stays personal however it was made (PIPL art. 73(3)), and so does a number for each row."""
    operator = plan.operator(column.column)
    name = f"{column.object}.{column.column}"
    if isinstance(operator, Hash):
        zh = f"{name} 以假名保留，同一人的记录仍可关联，属于去标识化而非匿名化"
        return Text(zh, f"{name} stays as a pseudonym: a person's rows can still be joined; this is de-identified only")
    if isinstance(operator, Keep) and rows and (column.distinct_after or 0) > ROW_LEVEL * rows:
        zh = f"{name} 原样保留且几乎逐行不同，可用于识别单条记录"
        return Text(zh, f"{name} stays as it was and differs in almost every row, so that it tells rows apart")
    return None


def anonymisation(report: Mapping[str, Any]) -> bytes | None:
    """The report on anonymisation, from that on the treatment; None while anything speaks against it."""
    if report["verdict"]["personal"] != "candidate":
        return None
    told = {key: report[key] for key in ("plan", "as_of", "before", "after", "verdict")}
    after = [{"file": each["file"], "sha256": each["sha256_after"]} for each in report["files"]]
    return canonical.dumps({"kind": "anonymisation-report", "files": after, **told})
