"""What can be wrong with a plan of desensitisation, or with the data that it is for."""

from kernel.errors import FieldError, InvalidInput, Unprocessable
from kernel.text import Text


class PlanFaulty(InvalidInput):
    """The plan has faults; all of them are listed, each with its place and its cure."""

    title = Text("脱敏方案有误", "The desensitisation plan has faults")
    detail = Text("脱敏方案有 {count} 处问题，请按所列逐项更正。", "The plan has {count} faults; cure each.")
    rule = "LT-QLT-08"

    @classmethod
    def of(cls, faults: list[FieldError]) -> "PlanFaulty":
        """Give the refusal that lists these faults."""
        return cls(errors=faults, count=len(faults))


class PlanUnfit(Unprocessable):
    """The plan names files or columns that the data does not have, or leaves some unnamed."""

    title = Text("脱敏方案与数据不符", "The plan does not fit the data")
    detail = Text(
        "{object}：方案所列而数据中没有：{missing}；数据中有而方案未列：{extra}；已删除而不能作准标识符：{dropped}。",
        "{object}: named in the plan but not in the data: {missing}; in the data but not in the plan: {extra}; "
        "left out, and so no quasi-identifier: {dropped}.",
    )
    rule = "LT-QLT-08"


class KeyMissing(InvalidInput):
    """A keyed operator has no key; without one its result would be guessable or not repeatable."""

    title = Text("缺少密钥", "The key is missing")
    detail = Text(
        "方案中的 hash 或 perturb 需要密钥文件（liutong keys new FILE）。",
        "The plan's hash or perturb needs a key file (liutong keys new FILE).",
    )
    rule = "LT-QLT-08"


class NothingLeft(Unprocessable):
    """Every row was suppressed."""

    title = Text("脱敏后没有剩余记录", "No row is left")
    detail = Text(
        "{object} 的所有记录都在小于 {k} 条的分组中；请进一步泛化准标识符或降低 k。",
        "All rows of {object} are in groups smaller than {k}; generalise the quasi-identifiers further, or lower k.",
    )
    rule = "LT-QLT-09"
