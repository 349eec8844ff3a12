"""Pure rules of engagements: who must step back, what the terms may be, what is signed, how long files are kept."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from kernel.crypto import canonical
from kernel.errors import FieldError
from kernel.text import Text

CONFLICT_RULE: Final = "LT-APR-01"

SIGNED: Final = (
    "asset",
    "asset_name",
    "revision",
    "content_sha256",
    "provider",
    "valuer",
    "appraisal",
    "engagement",
    "rights",
    "disclosures",
    "papers",
)
"""The claims that both valuers sign; the rest of the report tells of the signing itself."""

KINDS: Final[dict[str, Text]] = {
    "client": Text("评估机构为委托方", "the firm is the client"),
    "provider": Text("评估机构为资产提供方", "the firm is the provider of the asset"),
    "holder": Text("评估机构享有该资产的权利", "the firm holds a right in the asset"),
    "interest": Text("评估人员申报了利害关系", "a valuer has declared an interest"),
    "order": Text("订单往来", "an order"),
    "agreement": Text("协议往来", "an agreement"),
    "payment": Text("付款往来", "a payment"),
    "trade": Text("成交往来", "a trade"),
    "objection": Text("权利异议", "an objection"),
    "both-sides": Text("同时受托于另一委托方评估同一资产", "an engagement of another client for the same asset"),
}
"""The kinds of conflict by which a firm or a valuer must step back."""


@dataclass(frozen=True, slots=True)
class Dealing:
    """What two parties had to do with each other: its kind, a reference, the day, and who took part."""

    kind: str
    reference: str
    on: date
    parties: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """A valuer of the engagement, in the part it plays there."""

    part: str
    id: str
    interests: frozenset[str]


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything that a check of independence looks at."""

    firm: str
    client: str
    provider: str
    holders: frozenset[str]
    people: tuple[Person, ...]
    dealings: tuple[Dealing, ...]
    other_clients: tuple[str, ...]

    @property
    def concerned(self) -> frozenset[str]:
        """Those whom the asset concerns."""
        return self.holders | {self.client, self.provider}


@dataclass(frozen=True, slots=True)
class Tie:
    """A conflict: its kind, and whose it is (`firm`, or the part of a valuer)."""

    kind: str
    of: str
    on: date | None = None

    @property
    def fault(self) -> FieldError:
        """The conflict for the wire; it names the kind and the day and nothing of the business itself."""
        name, day = KINDS[self.kind], f"（{self.on}）" if self.on else ""
        english = f" ({self.on})" if self.on else ""
        pointer = "/firm" if self.of == "firm" else f"/{self.of}"
        return FieldError(pointer, Text(f"{name.zh}{day}", f"{name.en}{english}"), CONFLICT_RULE)


def ties(matter: Matter) -> Iterator[Tie]:
    """Every conflict of the firm and of its valuers (资产评估法 arts. 13, 20)."""
    if matter.firm == matter.client:
        yield Tie("client", "firm")
    if matter.firm == matter.provider:
        yield Tie("provider", "firm")
    elif matter.firm in matter.holders:
        yield Tie("holder", "firm")
    yield from _dealt("firm", frozenset({matter.firm}), matter)
    if matter.other_clients:
        yield Tie("both-sides", "firm")
    for person in matter.people:
        if person.interests & matter.concerned:
            yield Tie("interest", person.part)
        yield from _dealt(person.part, person.interests, matter)


def _dealt(of: str, own: frozenset[str], matter: Matter) -> Iterator[Tie]:
    """The newest dealing of each kind between one's own parties and those concerned."""
    newest: dict[str, date] = {}
    for dealing in matter.dealings:
        others = dealing.parties - own
        if dealing.parties & own and others & matter.concerned:
            newest[dealing.kind] = max(dealing.on, newest.get(dealing.kind, dealing.on))
    for kind in sorted(newest):
        yield Tie(kind, of, newest[kind])


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client proposes, in the words of the rules."""

    base_date: date
    fee_basis: str
    fee_minor: int
    intended_users: Sequence[str]


def term_faults(terms: Terms, today: date, bases: Collection[str]) -> Iterator[FieldError]:
    """Find everything that is wrong with proposed terms."""
    earliest = today - timedelta(days=365)
    if not earliest <= terms.base_date:
        text = Text(f"评估基准日不得早于 {earliest}。", f"The base date may not be before {earliest}.")
        yield FieldError("/base_date", text, "LT-APR-07")
    if terms.fee_basis not in bases:
        text = Text(
            "评估收费不得以评估结果或交易是否成立为条件；须为固定或按时计费。",
            "The fee may not depend on the value or on a deal; it is fixed or by the hour.",
        )
        yield FieldError("/fee/basis", text, "LT-ENG-03")
    if terms.fee_minor <= 0:
        yield FieldError("/fee/amount/amount", Text("收费须大于 0。", "The fee is above 0."), "LT-ENG-03")
    if len(set(terms.intended_users)) < len(terms.intended_users):
        text = Text("使用人不得重复。", "Name each user once.")
        yield FieldError("/intended_users", text, "LT-ENG-01")


def kept_until(on: date, years: int) -> date:
    """The last day of an archive that is kept for at least so many years."""
    return date(on.year + years, on.month, min(on.day, 28)) + timedelta(days=3 if on.day > 28 else 0)


def content_of(claims: Mapping[str, Any]) -> dict[str, Any]:
    """What of a report's claims was signed; raises KeyError when something is missing."""
    return {name: claims[name] for name in SIGNED}


def digest(content: Mapping[str, Any]) -> str:
    """The digest that stands for a draft (RFC 8785, SHA-256)."""
    return canonical.digest(dict(content))


def signing_text(engagement_id: str, digest: str) -> str:
    """What each valuer signs, as UTF-8 bytes."""
    return f"liutong appraisal report {engagement_id} {digest}"


_ASKED: Final[dict[str, Text]] = {
    "/disclosures/scenario": Text("应用场景", "scenario of use"),
    "/disclosures/limits_of_use": Text("法律与合同限制", "limits of law and contract"),
    "/disclosures/outlook": Text("宏观经济与行业前景分析", "outlook of the economy and the industry"),
    "/study/assumptions": Text("评估专业人员另行作出的假设", "assumptions of the valuers' own"),
    "/disclosures/later_events": Text("期后事项", "events after the base date"),
    "/disclosures/experts": Text("利用专家工作的情况", "use of the work of experts"),
}
"""What the guidance asks a report to say, by the place in a draft where it is given."""


def missing(content: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """The sections that a draft leaves out, each with its place and what the report would print instead."""
    disclosures, inputs = content["disclosures"], content["appraisal"]["inputs"]
    given = {f"/disclosures/{name}": value for name, value in disclosures.items()}
    given["/study/assumptions"] = inputs.get("assumptions")
    return [
        (
            pointer,
            Text(f"未提供{name.zh}，报告将载明“未提供”", f"not given: {name.en}; the report will say so"),
        )
        for pointer, name in _ASKED.items()
        if not given.get(pointer)
    ]
