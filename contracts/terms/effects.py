"""What a difference of terms means: for whom, whether it is wider or narrower, and in a sentence; pure."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from contracts.terms.difference import Change, Op, difference, whole
from contracts.terms.document import Terms
from contracts.terms.places import PLACES
from contracts.terms.price import sentences as price_sentences
from contracts.usage.names import name_of
from contracts.usage.scope.narrowing import is_within
from contracts.usage.scope.sentences import condition_text
from contracts.usage.scope.tree import Condition
from kernel.text import Text
from rights.grants.box import STRENGTH
from rights.grants.vocabulary import WORLD, Tree, released, words

Effect = Literal["wider", "narrower", "neutral", "unclear"]
Whom = Literal["provider", "consumer", "both"]

WORDS: Final = ("actions", "purposes", "territory", "environments", "recipients")
MORE_IS_WIDER: Final = ("calls_max", "rows_max", "seconds_max", "window_days", "depth_max", "ends")
PROMISES_MORE: Final = ("availability_basis_points", "quality_score_min")
PROMISES_LESS: Final = ("update_days_max", "answer_hours_max")

NAMES: Final = {
    "provider": Text("提供方", "the provider"),
    "consumer": Text("使用方", "the consumer"),
    "both": Text("双方", "both sides"),
}
EFFECTS: Final = {
    "wider": Text("对{whom}更宽", "wider for {whom}"),
    "narrower": Text("对{whom}更窄", "narrower for {whom}"),
    "neutral": Text("不影响权利义务", "nothing gained or lost"),
    "unclear": Text("影响须由双方判断", "what it means is for the two sides to judge"),
}
SAID: Final = {
    Op.ADD: Text("{place}：增加“{new}”（{effect}）", "{place}: added “{new}” ({effect})"),
    Op.REMOVE: Text("{place}：删去“{old}”（{effect}）", "{place}: removed “{old}” ({effect})"),
    Op.CHANGE: Text("{place}：由“{old}”改为“{new}”（{effect}）", "{place}: changed from “{old}” to “{new}” ({effect})"),
    Op.MOVE: Text("{place}：移至第 {at} 位（{effect}）", "{place}: moved to place {at} ({effect})"),
}


class Difference(msgspec.Struct, frozen=True, rename={"whom": "for"}):
    """One place in which two terms differ, what it means for whom, and as a sentence in both languages."""

    path: Annotated[str, Meta(description="所在位置，列表按编号或词 · where, lists by id or word")]
    op: Op
    old: Any
    new: Any
    effect: Effect
    whom: Whom
    zh: str
    en: str
    at: int | None = None


def explained(old: Terms, new: Terms) -> list[Difference]:
    """The difference of two terms with what each place means; `wider` is more use, more promised or less to pay."""
    plain = (whole(old), whole(new))
    return [_explained(change, plain) for change in difference(old, new)]


def _explained(change: Change, plain: tuple[Any, Any]) -> Difference:
    effect, whom = _meaning(change, *plain)
    facts = {
        "place": _place(change.path),
        "old": _value(change.old, change.path, plain[0]),
        "new": _value(change.new, change.path, plain[1]),
        "at": (change.at or 0) + 1,
        "effect": EFFECTS[effect].filled(whom=NAMES[whom]),
    }
    text = SAID[change.op].filled(**facts)
    given = (change.path, change.op, change.old, change.new, effect, whom)
    return Difference(*given, zh=text.zh, en=text.en, at=change.at)


def _meaning(change: Change, old: Any, new: Any) -> tuple[Effect, Whom]:
    parts = change.path.split("/")[1:]
    if change.op is Op.MOVE or (parts[0] == "use_case" and new["policy"] is not None):
        return "neutral", "both"  # Of a contract on services the use case is its subject.
    if parts[0] == "price":
        return _price(parts, change, old["price"], new["price"]), "consumer"
    if parts[0] == "service":
        return _promised(parts[-1], change), "consumer"
    if parts[0] != "policy" or len(parts) == 1:
        return "unclear", "both"
    if parts[1] == "exclusivity":
        return _rising(STRENGTH[change.old], STRENGTH[change.new]), "consumer"
    if parts[1] == "revisions":
        return _listed(change, bool(old["policy"]["revisions"]), bool(new["policy"]["revisions"])), "consumer"
    if parts[1] in ("scope", "marks"):
        return _copy(parts, change, bool(old["policy"]["scope"]), bool(new["policy"]["scope"])), "consumer"
    if parts[1] == "duties":
        return _duty(parts, change, old["policy"]["duties"] + new["policy"]["duties"])
    if parts[1] in ("permissions", "prohibitions"):
        permits = parts[1] == "permissions"
        effect = _rule(parts, change, old["policy"], new["policy"], permits=permits)
        return (effect if permits else _opposite(effect)), "consumer"
    return "unclear", "both"


def _opposite(effect: Effect) -> Effect:
    return {"wider": "narrower", "narrower": "wider"}.get(effect, effect)  # type: ignore[return-value]


def _rising(old: Any, new: Any) -> Effect:
    if old == new:
        return "neutral"
    return "wider" if new > old else "narrower"


def _price(parts: Sequence[str], change: Change, old: Any, new: Any) -> Effect:
    """Less to pay is wider; what is in two currencies is not compared, and of plans only number by number."""
    if {old["kind"], new["kind"]} & {"plan", "on-request"}:
        dearer = price_sentences.is_dearer(parts, change.old, change.new)
        return "unclear" if dearer is None else "narrower" if dearer else "wider"
    amounts = [(Decimal(0), None) if one["kind"] == "free" else _amount(one["amount"]) for one in (old, new)]
    (before, first), (after, second) = amounts
    if None not in (first, second) and first != second:
        return "unclear"
    return _rising(after, before) if before.is_finite() and after.is_finite() else "unclear"


def _amount(view: Any) -> tuple[Decimal, str]:
    said = str(view["amount"])
    number = said.removeprefix("-").replace(".", "", 1)
    return (Decimal(said) if number.isascii() and number.isdigit() else Decimal("NaN")), str(view["currency"])


def _promised(name: str, change: Change) -> Effect:
    if name in ("credit_cap", "add_up", "levels"):
        return "unclear"
    if change.old is None or change.new is None:
        return "wider" if change.old is None else "narrower"
    rising = _rising(change.old, change.new)
    return rising if name in PROMISES_MORE else _opposite(rising) if name in PROMISES_LESS else "unclear"


def _listed(change: Change, before: bool, after: bool) -> Effect:
    """A list in which none means all: to name some is narrower, to name none is wider."""
    if not before or not after:
        return "narrower" if after else "wider"
    return "wider" if change.op is Op.ADD else "narrower"


def _copy(parts: Sequence[str], change: Change, before: bool, after: bool) -> Effect:
    """What files are made to: the scope, before and after, or the marks."""
    return _marks(parts, change) if parts[1] == "marks" else _scope(parts, change, before, after)


def _scope(parts: Sequence[str], change: Change, before: bool, after: bool) -> Effect:
    """More tables or columns are wider; of rows it is said as far as one condition provably lies within the other."""
    if len(parts) == 3:
        return _listed(change, before, after)
    if parts[3] != "rows":
        return "wider" if change.op is Op.ADD else "narrower"
    old, new = (msgspec.convert(value, Condition | None) for value in (change.old, change.new))
    wider, narrower = is_within(old, new), is_within(new, old)
    if wider is narrower:
        return "neutral" if wider else "unclear"
    return "wider" if wider else "narrower"


def _marks(parts: Sequence[str], change: Change) -> Effect:
    """A copy that differs less from what was registered is wider: fewer columns, smaller steps, fewer rows left out."""
    if len(parts) == 6:
        return _opposite(_rising(Decimal(change.old), Decimal(change.new)))
    if parts[3:] == ["omits_one_in"]:
        return _limit(change)
    return "narrower" if change.op is Op.ADD else "wider"


def _duty(parts: Sequence[str], change: Change, duties: Sequence[Any]) -> tuple[Effect, Whom]:
    """A duty narrows whoever bears it; more days for it widen."""
    named = [duty["bearer"] for duty in duties if duty["id"] == parts[2].partition("#")[0]]
    bearer: Whom = "provider" if named[:1] == ["provider"] else "consumer"
    if len(parts) == 3:
        return ("narrower" if change.op is Op.ADD else "wider"), bearer
    if parts[3] == "days" and None not in (change.old, change.new):
        return _rising(change.old, change.new), bearer
    return "unclear", "both"


def _rule(parts: Sequence[str], change: Change, old: Any, new: Any, *, permits: bool) -> Effect:
    """What a change of a permission, or of a prohibition, does to what it speaks of."""
    if len(parts) == 3:
        return "wider" if change.op is Op.ADD else "narrower"
    side = parts[3]
    if side == "duties":
        return "narrower" if change.op is Op.ADD else "wider"
    if side in MORE_IS_WIDER:
        return _limit(change)
    if side == "starts":
        return _opposite(_limit(change))
    if side not in WORDS:
        return "unclear"
    before, after = (_side(each[parts[1]], parts[2], side) for each in (old, new))
    if not permits and not (before and after):
        return "narrower" if after else "wider"  # A prohibition that names none is of all.
    others, code = (before, change.new) if change.op is Op.ADD else (after, change.old)
    if old["vocabulary"] == new["vocabulary"] and _covers(side, others, str(code), new["vocabulary"]):
        return "neutral"
    return "wider" if change.op is Op.ADD else "narrower"


def _limit(change: Change) -> Effect:
    """A limit that is gone is the widest; moments are compared as moments."""
    if change.old is None or change.new is None:
        return "narrower" if change.old is None else "wider"
    if isinstance(change.old, str):
        return _rising(*(msgspec.convert(one, type=datetime) for one in (change.old, change.new)))
    return _rising(change.old, change.new)


def _side(rules: Sequence[Any], key: str, side: str) -> list[str]:
    return next((list(rule[side]) for rule in rules if rule["id"] == key.partition("#")[0]), [])


def _covers(side: str, others: Sequence[str], code: str, version: str) -> bool:
    """Whether words, without one, reach as far as with it."""
    rest = [other for other in others if other != code]
    if side == "recipients":
        return "anyone" in rest
    if side == "territory":
        return any(other == WORLD or code.startswith(f"{other}-") or _below(code, other) for other in rest)
    if side == "actions" or not released(version):
        return False
    tree: Tree = getattr(words(version), side)
    wanted = tree.mask((code,))
    return bool(wanted) and not wanted & ~tree.mask(tuple(rest))


def _below(code: str, above: str) -> bool:
    """Whether a division lies in a larger one: their digits come in pairs."""
    return "-" in above and len(code) > len(above) and code.startswith(above)


def _place(path: str) -> Text:
    """Where it is, as people call the places on the way; ids stand as they are."""
    names = PLACES | price_sentences.PLACES if path.startswith("/price") else PLACES
    said = [names.get(part, Text(part, part)) for part in path.replace("~1", "/").split("/")[1:]]
    return Text(" › ".join(part.zh for part in said), " › ".join(part.en for part in said))


def _value(value: Any, path: str, document: Any) -> Text:
    """A value as people read it: words by their names, several listed, none said."""
    parts = path.split("/")[1:]
    side = next((part for part in parts if part in WORDS), None)
    if value is None:
        return Text("无", "none")
    if parts[0] == "price" and isinstance(value, dict):
        return price_sentences.said(value, str(document["price"].get("currency", "")))
    if parts[-1] == "rows" and parts[:2] == ["policy", "scope"]:
        return condition_text(msgspec.convert(value, Condition))
    if isinstance(value, dict):
        named = next((value[name] for name in ("id", "clause", "table", "column", "kind") if value.get(name)), None)
        return Text(str(named), str(named))
    if isinstance(value, list):
        listed = ", ".join(str(one) for one in value) or "-"
        return Text(listed, listed)
    if side is not None and parts[0] == "policy" and len(parts) == 5:
        version = document["policy"]["vocabulary"]
        return name_of(version, side, str(value)) if released(version) else Text(str(value), str(value))
    said = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return Text(said, said)
