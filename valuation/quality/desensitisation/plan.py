"""The plan: which operator for which column, what to do with the others, and how small a group of rows may be.

kind: DesensitisationPlan
id: shop-orders
seed: "2026-11"
objects:
  orders:
    others: keep            # or suppress: columns that the plan does not name
    columns:
      name:     {operator: mask, keep_first: 1}
      phone:    {operator: hash, domain: person}
      birthday: {operator: generalise, to: year}
      income:   {operator: perturb, scale: 500, decimals: 0}
      note:     {operator: suppress}
    quasi_identifiers: [birthday, district]
    sensitive: [income]
    minimum_group: 5
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.text import Text
from valuation.quality.contract import text as contract_text
from valuation.quality.contract.text import UnreadableContractError
from valuation.quality.desensitisation.errors import PlanFaulty

OBJECTS_MAX, COLUMNS_MAX = 64, 2000
Count = Annotated[int, Meta(ge=0, le=1000)]


class Operator(Struct, frozen=True, forbid_unknown_fields=True, tag_field="operator"):
    """What is done to the values of one column."""

    @property
    def keyed(self) -> bool:
        """Whether the result depends on the key."""
        return False


class Keep(Operator, frozen=True, forbid_unknown_fields=True, tag="keep"):
    """Leave the values as they are."""


class Mask(Operator, frozen=True, forbid_unknown_fields=True, tag="mask"):
    """Replace all but the first and last characters; `fixed` writes so many signs, so that the length is hidden too."""

    keep_first: Count = 0
    keep_last: Count = 0
    character: Annotated[str, Meta(min_length=1, max_length=1)] = "*"
    fixed: Annotated[int, Meta(ge=1, le=100)] | None = None


class Hash(Operator, frozen=True, forbid_unknown_fields=True, tag="hash"):
    """A keyed pseudonym (HMAC-SHA-256) in hexadecimal; columns of one `domain` give equal values equal pseudonyms."""

    length: Annotated[int, Meta(ge=16, le=64)] = 32
    domain: Annotated[str, Meta(min_length=1, max_length=100)] | None = None

    @property
    def keyed(self) -> bool:
        """It is never without a key: a plain digest of a telephone number is found by trying all of them."""
        return True


class Generalise(Operator, frozen=True, forbid_unknown_fields=True, tag="generalise"):
    """Make values coarser in one of four ways: steps of a width, a longer period, the beginning of a code, a table."""

    width: Annotated[float, Meta(gt=0, le=1e15)] | None = None
    to: Literal["day", "month", "quarter", "year", "decade"] | None = None
    keep_first: Annotated[int, Meta(ge=1, le=1000)] | None = None
    values: Annotated[dict[str, str], Meta(min_length=1, max_length=10_000)] | None = None
    other: Annotated[str, Meta(max_length=200)] | None = None

    def __post_init__(self) -> None:
        ways = [way for way in (self.width, self.to, self.keep_first, self.values) if way is not None]
        if len(ways) != 1 or (self.other is not None and self.values is None):
            raise ValueError("give one of width, to, keep_first or values (with other)")


class Suppress(Operator, frozen=True, forbid_unknown_fields=True, tag="suppress"):
    """Leave the column out, or keep it empty so that the table keeps its form."""

    keep_column: bool = False


class Perturb(Operator, frozen=True, forbid_unknown_fields=True, tag="perturb"):
    """Add noise of this scale around zero: to numbers, rounded; or with `days` to dates and moments, in days."""

    scale: Annotated[float, Meta(gt=0, le=1e15)]
    noise: Literal["laplace", "uniform"] = "laplace"
    decimals: Annotated[int, Meta(ge=0, le=10)] = 0
    days: bool = False
    minimum: float | None = None
    maximum: float | None = None

    @property
    def keyed(self) -> bool:
        """The noise is drawn from the key and the seed, so that the same run can be repeated and nobody undoes it."""
        return True


AnyOperator = Keep | Mask | Hash | Generalise | Suppress | Perturb
OPERATORS = ("keep", "mask", "hash", "generalise", "suppress", "perturb")


class ObjectPlan(Struct, frozen=True):
    """What is done to one file."""

    columns: dict[str, AnyOperator]
    others: Literal["keep", "suppress"]
    quasi_identifiers: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    minimum_group: int | None = None

    def operator(self, column: str) -> AnyOperator:
        """The operator of a column, named or not."""
        return self.columns.get(column) or (Keep() if self.others == "keep" else Suppress())


class Plan(Struct, frozen=True):
    """A plan without faults; its digest is that of the document as it was written."""

    id: str
    seed: str
    objects: dict[str, ObjectPlan]
    digest: str

    @property
    def keyed(self) -> bool:
        """Whether any operator needs a key."""
        return any(operator.keyed for each in self.objects.values() for operator in each.columns.values())


def read(given: Mapping[str, Any] | str | bytes) -> Plan:
    """Read a plan from JSON or YAML; raises PlanFaulty with every fault at once."""
    faults: list[FieldError] = []
    try:
        text = given.encode("utf-8", "replace") if isinstance(given, str) else given
        document = contract_text.parse(text) if isinstance(text, bytes) else text
    except UnreadableContractError as unreadable:
        fault = unreadable.fault
        raise PlanFaulty.of([FieldError("/plan", fault.message, "LT-QLT-08")]) from unreadable
    if not isinstance(document, Mapping):
        raise PlanFaulty.of([_fault("", "须为对象", "This must be a mapping")])
    _unknown(faults, "", document, {"kind", "id", "seed", "objects"})
    if document.get("kind") != "DesensitisationPlan":
        faults.append(_fault("/kind", "须为 DesensitisationPlan", "Write kind: DesensitisationPlan"))
    name, seed = (_text(faults, document, key, default) for key, default in (("id", None), ("seed", "")))
    objects = _objects(faults, document.get("objects"))
    if faults:
        raise PlanFaulty.of(faults)
    return Plan(name, seed, objects, canonical.digest(dict(document)))


def _objects(faults: list[FieldError], given: Any) -> dict[str, ObjectPlan]:
    if not isinstance(given, Mapping) or not 0 < len(given) <= OBJECTS_MAX:
        text = Text("须按文件名（不含扩展名）列出要处理的表", "List the tables by their files' names without extension")
        faults.append(FieldError("/plan/objects", text, "LT-QLT-08"))
        return {}
    return {str(name): _object(faults, f"/objects/{_escaped(name)}", each) for name, each in given.items()}


_KNOWN = {"columns", "others", "quasi_identifiers", "sensitive", "minimum_group"}


def _object(faults: list[FieldError], place: str, given: Any) -> ObjectPlan:
    if not isinstance(given, Mapping):
        faults.append(_fault(place, "须为对象", "This must be a mapping"))
        return ObjectPlan({}, "keep")
    _unknown(faults, place, given, _KNOWN)
    others = given.get("others")
    if others not in ("keep", "suppress"):
        words = ("须写明未列出的字段如何处理：keep 或 suppress", "Say what becomes of other columns: keep or suppress")
        faults.append(_fault(f"{place}/others", *words))
    k = given.get("minimum_group")
    if k is not None and (isinstance(k, bool) or not isinstance(k, int) or not 2 <= k <= 1_000_000):
        faults.append(_fault(f"{place}/minimum_group", "须为不小于 2 的整数", "A whole number of at least 2"))
    quasi, sensitive = (_names(faults, place, given, key) for key in ("quasi_identifiers", "sensitive"))
    if k is not None and not quasi:
        words = ("minimum_group 需要 quasi_identifiers", "minimum_group needs quasi_identifiers")
        faults.append(_fault(f"{place}/quasi_identifiers", *words))
    columns = _columns(faults, f"{place}/columns", given.get("columns"))
    return ObjectPlan(columns, "keep" if others != "suppress" else "suppress", quasi, sensitive, k)


def _columns(faults: list[FieldError], place: str, given: Any) -> dict[str, AnyOperator]:
    if not isinstance(given, Mapping) or len(given) > COLUMNS_MAX:
        faults.append(_fault(place, "须为字段到算子的对象", "This maps columns to operators"))
        return {}
    found: dict[str, AnyOperator] = {}
    for name, each in given.items():
        try:
            found[str(name)] = msgspec.convert(each, AnyOperator)
        except (msgspec.ValidationError, ValueError) as problem:
            words = str(problem).partition(" - at ")[0]
            zh = f"算子有误（可用：{'、'.join(OPERATORS)}）：{words}"
            en = f"The operator is faulty (there are {', '.join(OPERATORS)}): {words}"
            faults.append(_fault(f"{place}/{_escaped(name)}", zh, en))
    return found


def _names(faults: list[FieldError], place: str, given: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = given.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found) or len(found) > COLUMNS_MAX:
        faults.append(_fault(f"{place}/{key}", "须为字段名列表", "This is a list of columns"))
        return ()
    return tuple(dict.fromkeys(found))


def _text(faults: list[FieldError], given: Mapping[str, Any], key: str, default: str | None) -> str:
    found = given.get(key, default)
    if not isinstance(found, str) or len(found) > 200 or (default is None and not found):
        faults.append(_fault(f"/{key}", "须为 1–200 个字符的文本", "A text of 1 to 200 characters"))
        return ""
    return found


def _unknown(faults: list[FieldError], place: str, given: Mapping[str, Any], known: set[str]) -> None:
    for name in given:
        if name not in known:
            known_words = ", ".join(sorted(known))
            faults.append(_fault(f"{place}/{_escaped(name)}", f"未知的项；可用：{known_words}", f"Use: {known_words}"))


def _escaped(name: Any) -> str:
    return str(name)[:100].replace("~", "~0").replace("/", "~1")


def _fault(place: str, zh: str, en: str) -> FieldError:
    safe_zh, safe_en = (words.replace("{", "(").replace("}", ")") for words in (zh, en))
    return FieldError(f"/plan{place}", Text(safe_zh, safe_en), "LT-QLT-08")
