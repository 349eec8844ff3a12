"""The collector that lets a contract be refused once, with every fault in it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kernel.text import Text
from valuation.quality.contract.contract import FieldFault

FAULTS_MAX = 200
TEXT_MAX = 200
NAME_SHOWN, MESSAGE_MAX = 100, 600
BUDGETS = {
    "rules": (5_000, Text("条规则", "rules")),
    "sql": (100_000, Text("个 SQL 字符", "characters of SQL")),
    "patterns": (20_000, Text("个正则表达式字符（展开重复后）", "characters of patterns, repetitions written out")),
}
"""What a whole contract may hold of what is costly to understand."""
OPTIONS = frozenset(
    {"pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"}
)
"""Limits that people write at the column; the standard has them one level deeper."""
_OPTION = Text("请写在 logicalTypeOptions 之下。", "Write it under logicalTypeOptions.")
_REMOVE = Text("请删除，或放入 customProperties。", "Remove it, or move it into customProperties.")


class Faults:
    """Faults and unmeasured promises found while a document is walked."""

    def __init__(self) -> None:
        self.found: list[FieldFault] = []
        self.more = 0
        self.unmeasured: list[str] = []
        self._spent: Counter[str] = Counter()

    def add(self, path: str, message: Text, cure: Text) -> None:
        """Note one fault; beyond FAULTS_MAX they are counted, since the reader has long lost patience."""
        if len(self.found) < FAULTS_MAX:
            told = Text(message.zh[:MESSAGE_MAX], message.en[:MESSAGE_MAX])  # It may repeat what was sent.
            self.found.append(FieldFault(path, told, cure))
        else:
            self.more += 1

    def spend(self, path: str, budget: str, amount: int) -> bool:
        """Count what is costly to understand; False, and one fault, from where the whole contract has too much."""
        limit, unit = BUDGETS[budget]
        before = self._spent[budget]
        self._spent[budget] += amount
        if self._spent[budget] <= limit:
            return True
        if before <= limit:
            self.add(
                path,
                Text(
                    f"到此处，合同超过了 {limit} {unit.zh}的上限。", f"From here on it has more than {limit} {unit.en}."
                ),
                Text("请合并或删减规则，或拆分合同。", "Join or drop rules, or split the contract."),
            )
        return False

    def all(self) -> list[FieldFault]:
        """Every fault, and how many there are beyond those that are listed."""
        if not self.more:
            return self.found
        told = Text(f"另有 {self.more} 处问题未逐一列出。", f"There are {self.more} more faults, which are not listed.")
        return [*self.found, FieldFault("", told, Text("请先更正以上各处。", "Cure those above first."))]

    def unknown(self, pointer: str, item: Mapping[str, Any], known: Collection[str]) -> None:
        """Refuse keys that nobody would check: a promise that is ignored is worse than none."""
        for key in sorted(set(item) - set(known)):
            shown = key[:NAME_SHOWN]
            self.add(
                f"{pointer}/{escaped(key)}",
                Text(f"不认识的字段：{shown}", f"Unknown field: {shown}"),
                _OPTION if key in OPTIONS and "logicalTypeOptions" in known else _REMOVE,
            )

    def text(self, pointer: str, item: Mapping[str, Any], key: str, *, required: bool = False) -> str:
        """Give a short text, or an empty one after noting why it is not there."""
        value = item.get(key)
        if value is None and not required:
            return ""
        if not isinstance(value, str) or not 0 < len(value) <= TEXT_MAX:
            self.add(
                f"{pointer}/{key}",
                Text(
                    f"{key} 须为 1 至 {TEXT_MAX} 个字符的文本。",
                    f"{key} must be a text of 1 to {TEXT_MAX} characters.",
                ),
                Text("请填写，数字请加引号。", "Fill it in; put numbers in quotes."),
            )
            return ""
        return value

    def items(
        self, pointer: str, value: Any, *, minimum: int = 0, maximum: int = 10_000
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Walk a list of mappings, noting what is no mapping."""
        if value is None and minimum == 0:
            return
        if not isinstance(value, list) or not minimum <= len(value) <= maximum:
            self.add(
                pointer,
                Text(
                    f"须为含 {minimum} 至 {maximum} 项的列表。",
                    f"This must be a list of {minimum} to {maximum} items.",
                ),
                Text("请改为列表。", "Make it a list."),
            )
            return
        for index, item in enumerate(value):
            if isinstance(item, Mapping):
                yield f"{pointer}/{index}", item
            else:
                self.add(
                    f"{pointer}/{index}",
                    Text("须为对象。", "This must be a mapping."),
                    Text("请写成 键: 值。", "Write key: value."),
                )

    def repeated(self, pointer: str, names: list[str]) -> None:
        """Refuse names that occur twice."""
        for name in sorted(name for name, count in Counter(names).items() if name and count > 1):
            self.add(
                pointer,
                Text(f"名称重复：{name}", f"This name occurs twice: {name}"),
                Text("请改名。", "Rename one of them."),
            )

    def undeclared(self, pointer: str, columns: Collection[str], known: Collection[str]) -> None:
        """Refuse columns that the object does not declare."""
        for column in columns:
            if column not in known:
                self.add(
                    pointer,
                    Text(f"未声明的字段：{column}", f"This column is not declared: {column}"),
                    Text(
                        "请在 properties 中声明，或更正名称。",
                        "Declare it in properties, or correct the name.",
                    ),
                )

    def elements(self, pointer: str, item: Mapping[str, Any], key: str) -> list[tuple[str, str]]:
        """Give `object.column` names, one or several, split at the first dot; or `schema/<id>/properties/<id>`."""
        value = item.get(key)
        names = [value] if isinstance(value, str) else value
        if isinstance(names, list) and names and all(isinstance(n, str) for n in names):
            split = [_split(name) for name in names]
            if all(one and other for one, other in split):
                return split
        self.add(
            f"{pointer}/{key}",
            Text("须写成 对象.字段。", "This must be written as object.column."),
            Text("例如 weather.origin。", "For example weather.origin."),
        )
        return []


def _split(name: str) -> tuple[str, str]:
    parts = name.strip("/").split("/")
    if len(parts) == 4 and parts[0] == "schema" and parts[2] == "properties":
        return parts[1], parts[3]
    first, _, rest = name.partition(".")
    return first, "" if "/" in name or "#" in name else rest


def escaped(key: str) -> str:
    """One reference token of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")[:100]
