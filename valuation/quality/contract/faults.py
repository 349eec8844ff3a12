"""The collector that lets a contract be refused once, with every fault in it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kernel.text import Text
from valuation.quality.contract.contract import FieldFault

FAULTS_MAX = 200
TEXT_MAX = 200


class Faults:
    """Faults and unmeasured promises found while a document is walked."""

    def __init__(self) -> None:
        self.found: list[FieldFault] = []
        self.unmeasured: list[str] = []

    def add(self, path: str, message: Text, cure: Text) -> None:
        """Note one fault; beyond FAULTS_MAX the reader has long lost patience."""
        if len(self.found) < FAULTS_MAX:
            self.found.append(FieldFault(path, message, cure))

    def unknown(self, pointer: str, item: Mapping[str, Any], known: Collection[str]) -> None:
        """Refuse keys that nobody would check: a promise that is ignored is worse than none."""
        for key in sorted(set(item) - set(known)):
            self.add(
                f"{pointer}/{escaped(key)}",
                Text(f"不认识的字段：{key}", f"Unknown field: {key}"),
                Text("请删除，或放入 customProperties。", "Remove it, or move it into customProperties."),
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
        for name in sorted({name for name in names if name and names.count(name) > 1}):
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
