"""How the numbers of an appraisal are named, alike in every question: `#/` and the place in the document.

`#/inputs/income/share_rate` is one parameter, `#/inputs/income/income` that of every forecast year alike,
`#/inputs/income/life` the life in whole years, `#/quality/score` the score, and `#/trace/income.r` a rate that is
computed. A JSON Pointer to the number itself, `/inputs/income/share_rate/value`, is read as the same name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from kernel.errors import FieldError
from kernel.text import Text
from valuation.appraisal.engine.limits import RANGE_RULE

Path = tuple[str, ...]
LIFE: Final = "#/inputs/income/life"
SCORE: Final = "#/quality/score"
_NAMED_MAX: Final = 20
"""So many names stand in a refusal; the answer of the sensitivity holds them all."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name with the numbers it stands for: their places in the document, and what is stated there."""

    name: str
    places: tuple[Path, ...]
    values: tuple[str, ...]

    @property
    def is_life(self) -> bool:
        """Whether it is the life as a whole, whose bounds follow from its years."""
        return self.name == LIFE

    @property
    def sources(self) -> tuple[str, ...]:
        """The same places as a trace names its sources."""
        return tuple("#/" + "/".join(path[:-1] if path[-1] == "value" else path) for path in self.places)

    def set_to(self, number: str) -> Iterator[tuple[Path, str]]:
        """What each place holds when the name is given a number."""
        if not self.is_life:
            yield from ((path, number) for path in self.places)
            return
        # The life is its shortest bound: the bounds that would end it sooner last as long, or the shortest ends it.
        wanted, bounds = Decimal(number), [Decimal(value) for value in self.values]
        least = min(bounds)
        for path, bound in zip(self.places, bounds, strict=True):
            if bound < wanted or (least > wanted and bound == least):
                yield path, number


def parameters_of(inputs: Mapping[str, Any] | Sequence[Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every stated parameter, by its path within the inputs."""
    items: Any = inputs.items() if isinstance(inputs, Mapping) else enumerate(inputs)
    for key, below in items:
        where = f"{path}/{key}" if path else str(key)
        if isinstance(below, Mapping) and "confidence" in below:
            yield where, below
        elif isinstance(below, Mapping | list):
            yield from parameters_of(below, where)


def named(document: Mapping[str, Any]) -> dict[str, Named]:
    """Every name of an appraisal's document, those of single parameters before those of several."""
    found: dict[str, Named] = {}
    groups: dict[str, list[Named]] = {}
    for where, parameter in parameters_of(document["inputs"]):
        path = ("inputs", *where.split("/"), "value")
        name = f"#/inputs/{where}"
        found[name] = Named(name, (path,), (parameter["value"],))
        head, _, last = name.rpartition("/")
        if last.isdecimal() or head == LIFE:
            groups.setdefault(head, []).append(found[name])
    found[SCORE] = Named(SCORE, (("quality", "score"),), (document["quality"]["score"],))
    for name, all_below in groups.items():
        years = found.get(f"{LIFE}/years") if name == LIFE else None
        members = all_below if years is None else [years]
        places, values = (tuple(getattr(each, of)[0] for each in members) for of in ("places", "values"))
        found[name] = Named(name, places, values)
    return found


def number_of(name: Named) -> str | None:
    """The number that a name has now; None where its places hold several."""
    if name.is_life:
        return str(min(Decimal(value) for value in name.values).to_integral_value(ROUND_FLOOR))
    return name.values[0] if len(set(name.values)) == 1 else None


def find(known: Mapping[str, Named], asked: str) -> Named | None:
    """What a caller means by a name, or by a pointer to its number; None where there is none."""
    name = "#/" + asked.removeprefix("#").removeprefix("/")
    return known.get(name) or known.get(name.removesuffix("/value"))


def unknown(known: Mapping[str, Named], asked: str, pointer: str) -> FieldError:
    """Say that a name is none, and which there are."""
    if asked.removeprefix("#").startswith("/trace/"):
        zh = "计算得出的数值不能直接假设，请改用构成它的参数，如 #/inputs/income/discount/risk_free"
        en = "what is computed cannot be supposed here; suppose what it is computed from, such as "
        en += "#/inputs/income/discount/risk_free"
        return FieldError(pointer, Text(f"{zh}。", f"{en[0].upper()}{en[1:]}."), RANGE_RULE)
    listed, more = "、".join(list(known)[:_NAMED_MAX]), len(known) - _NAMED_MAX
    rest = Text(f" 等 {len(known)} 个", f" and {more} more") if more > 0 else Text("", "")
    where = Text("（全部见敏感性分析的 parameters）", " (all of them: `parameters` of the sensitivity)")
    text = Text(
        f"没有这一参数。可用的名称：{listed}{rest.zh}{where.zh}。",
        f"There is no such parameter. The names are: {listed.replace('、', ', ')}{rest.en}{where.en}.",
    )
    return FieldError(pointer, text, RANGE_RULE)


def pointer_to(*parts: str) -> str:
    """A JSON Pointer into a body, whose keys may hold any character."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def put(document: Any, path: Path, number: str) -> None:
    """Write a number where a path that `named` gave leads."""
    *above, last = path
    for key in above:
        document = document[int(key)] if isinstance(document, list) else document[key]
    document[last] = number
