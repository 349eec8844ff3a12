"""Pure rules of classification: the level, the evidence that is needed, and the way out of the country."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from msgspec import Struct

from kernel.errors import FieldError
from kernel.money import Money, MoneyView
from kernel.text import Text
from rights.classification.policy import Degree, ExportPath, ExportTerms, Harmed, Impact, Level, Personal, Terms
from rights.classification.scan import Overridden, PersonalColumn
from rights.registrations.rules import Piece, unfit

_ORDER: Final = tuple(Level)

PRICE_EVIDENCE: Final = ("price-cap-decision",)
"""The cap of a product of public data is the authorising body's decision, and not the provider's word (PRICE65)."""


class Declared(Struct, frozen=True):
    """What is declared of an asset, with the kinds of evidence that were brought."""

    level: Level
    important: bool
    personal: Personal
    sensitive: bool
    minors: bool
    people: int
    sensitive_people: int
    critical_infrastructure: bool
    export_exempt: bool
    categories: tuple[str, ...]
    public_open: bool | None
    evidence: tuple[str, ...]
    state_secret: bool = False
    price_cap: MoneyView | None = None


def highest(levels: Iterable[Level]) -> Level:
    """The gravest of some levels; general when there is none."""
    return max(levels, key=_ORDER.index, default=Level.GENERAL)


def level_of(items: Sequence[Mapping[Harmed, Degree]], impact: Impact) -> Level:
    """The level of a set: the gravest impact of its gravest item (GB/T 43697-2024)."""
    return highest(impact.table[harmed][degree] for item in items for harmed, degree in item.items())


def is_important(level: Level, identified: bool, people: int, terms: Terms) -> bool:
    """Whether the duties of important data apply: by level, by notice of an authority, or by number of people."""
    return level is Level.IMPORTANT or identified or people >= terms.important.people


def export_path(declared: Declared, terms: ExportTerms) -> ExportPath:
    """The way on which the data may leave the country; `people` are those without sensitive information."""
    if declared.important:
        return ExportPath.SECURITY_ASSESSMENT
    if declared.personal is not Personal.IDENTIFIED:
        return ExportPath.FREE
    if declared.critical_infrastructure:
        return ExportPath.SECURITY_ASSESSMENT
    if declared.export_exempt:
        return ExportPath.EXEMPT
    if declared.people >= terms.assessment_people or declared.sensitive_people >= terms.assessment_sensitive_people:
        return ExportPath.SECURITY_ASSESSMENT
    if declared.people >= terms.standard_people or declared.sensitive_people > 0:
        return ExportPath.STANDARD_CONTRACT
    return ExportPath.EXEMPT


def needed(declared: Declared, terms: Terms) -> list[str]:
    """The kinds of evidence that circulation at home needs, in the order of the gates."""
    return [
        *personal_evidence(declared, terms),
        *special_evidence(declared, terms),
        *important_evidence(declared, terms),
        *(PRICE_EVIDENCE if declared.price_cap is not None else ()),
    ]


def personal_evidence(declared: Declared, terms: Terms) -> list[str]:
    """What personal data needs: proof that it is anonymised, or consent and assessment (PIPL arts. 23, 55)."""
    if declared.personal is Personal.ANONYMISED:
        return terms.personal.anonymised
    return terms.personal.identified if declared.personal is Personal.IDENTIFIED else []


def special_evidence(declared: Declared, terms: Terms) -> list[str]:
    """What sensitive data and that of children under 14 need beside (PIPL arts. 28, 29, 31)."""
    if declared.personal is not Personal.IDENTIFIED:
        return []
    return [
        *(terms.personal.sensitive if declared.sensitive else []),
        *(terms.personal.minors if declared.minors else []),
    ]


def important_evidence(declared: Declared, terms: Terms) -> list[str]:
    """What important data needs before it is provided (NDR arts. 12, 31)."""
    return terms.important.evidence if declared.important else []


def missing(wanted: Iterable[str], declared: Declared) -> list[str]:
    """Which of the wanted kinds were not brought."""
    return [code for code in wanted if code not in declared.evidence]


def declaration_faults(declared: Declared, pieces: Sequence[Piece], terms: Terms) -> list[FieldError]:
    """Every fault of a declaration at once: contradictions, files that cannot serve, each missing kind by name."""
    names = {kind.code: kind for kind in terms.evidence}
    faults = [*_contradictions(declared, terms)]
    for position, piece in enumerate(pieces):
        if piece.kind not in names:
            text = Text(f"材料种类应为：{', '.join(names)}", f"Use one of: {', '.join(names)}")
            faults.append(FieldError(f"/evidence/{position}/kind", text, "LT-CLS-16"))
        if (why := unfit(piece)) is not None:
            faults.append(FieldError(f"/evidence/{position}/file_id", why, "LT-CLS-16"))
    for code in missing(needed(declared, terms), declared):
        text = Text(f"缺少材料：{names[code].zh}（{code}）", f"Missing: {names[code].en} ({code})")
        faults.append(FieldError("/evidence", text, "LT-CLS-16"))
    return faults


def cap_faults(declared: Declared, public_data: bool) -> list[FieldError]:
    """A cap is set on the price of products of public data only; on any other it would bind nothing."""
    if declared.price_cap is None or public_data:
        return []
    zh = "上限价格只适用于公共数据产品；请删除，或将该资产登记为公共数据"
    en = "Only a product of public data has a cap; leave it out, or describe the asset as public data"
    return [FieldError("/price_cap", Text(zh, en), "LT-CLS-14")]


def _contradictions(declared: Declared, terms: Terms) -> list[FieldError]:
    faults = []
    if declared.personal is not Personal.IDENTIFIED:
        for name, declared_so in (
            ("sensitive", declared.sensitive),
            ("minors", declared.minors),
            ("people", declared.people > 0),
            ("sensitive_people", declared.sensitive_people > 0),
        ):
            if declared_so:
                text = Text("未声明含可识别的个人信息", "No identifying personal information is declared")
                faults.append(FieldError(f"/{name}", text, "LT-CLS-16"))
    elif declared.people + declared.sensitive_people == 0:
        text = Text("须声明涉及的个人数量", "Say how many people the data is about")
        faults.append(FieldError("/people", text, "LT-CLS-16"))
    elif declared.sensitive != (declared.sensitive_people > 0):
        text = Text("敏感个人信息与人数不一致", "Sensitive information and its number of people do not agree")
        faults.append(FieldError("/sensitive_people", text, "LT-CLS-16"))
    listed_codes = {listed.code for listed in terms.circulation.listed} | set(terms.circulation.whitelist)
    for position, code in enumerate(declared.categories):
        if code not in listed_codes:
            text = Text(
                f"类别应为：{', '.join(sorted(listed_codes))}", f"Use one of: {', '.join(sorted(listed_codes))}"
            )
            faults.append(FieldError(f"/categories/{position}", text, "LT-CLS-07"))
    return faults


def regrading_faults(
    new: Level, before: Level | None, after: str, evidence: Sequence[str], sources: Iterable[Level], terms: Terms
) -> list[FieldError]:
    """A level falls only after desensitisation and with its report, and an aggregate is as grave as what is in it."""
    faults = []
    floor = highest(sources)
    lowered = before is not None and _ORDER.index(new) < _ORDER.index(before)
    if (lowered or _ORDER.index(new) < _ORDER.index(floor)) and after != "desensitisation":
        text = Text(
            "级别低于此前或来源数据的级别，仅在脱敏后可以下调",
            "The level is below that before or that of the sources; it falls only after desensitisation",
        )
        faults.append(FieldError("/after", text, "LT-CLS-17"))
    if lowered or after != "collection":
        names = {kind.code: kind for kind in terms.evidence}
        for code in terms.regrading.evidence:
            if code not in evidence:
                text = Text(f"缺少材料：{names[code].zh}（{code}）", f"Missing: {names[code].en} ({code})")
                faults.append(FieldError("/evidence", text, "LT-CLS-17"))
    return faults


GatedAct = Literal["listing", "order", "contract", "transfer"]


class Quality(Struct, frozen=True):
    """A score and what the market asks of it."""

    score: Decimal
    score_min: Decimal
    age_days: int
    age_days_max: int


class GateFacts(Struct, frozen=True):
    """Everything that the gates look at; None says that nothing is known.

    `computing_only` says that the data is used where it is and never handed out (可用不可见); `raw_public` that it is
    a resource of public data and no product; `purposes` are those of the offer, `purpose_stated` is of who orders.
    `found` is what our own scan saw in the data, whatever is declared, `overridden` what officers let stand of it.
    """

    act: GatedAct
    declared: Declared | None = None
    source_stated: bool | None = None
    hold: bool | None = None
    operate: bool | None = None
    disputes: tuple[str, ...] = ()
    freezes: tuple[str, ...] = ()
    public_data: bool = False
    public_registered: bool = False
    raw_public: bool = False
    computing_only: bool = False
    quality: Quality | None = None
    purposes: tuple[str, ...] = ()
    buyer_identified: bool | None = None
    purpose_stated: bool | None = None
    exported: bool | None = None
    price: Money | None = None
    price_cap: Money | None = None
    price_cap_until: date | None = None
    price_cap_lapsed: bool = False
    encumbrances: tuple[str, ...] = ()
    found: tuple[PersonalColumn, ...] = ()
    overridden: tuple[Overridden, ...] = ()
