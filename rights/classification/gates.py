"""The fifteen gates before data moves, asked in order by one pure function; the rule of gate n is LT-CLS-n.

Nothing is passed that was not looked at: a gate whose input is missing says so.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from kernel.errors import FieldError
from kernel.text import Text
from rights.classification import rules, scan
from rights.classification.policy import ExportPath, Level, Personal, Terms
from rights.classification.rules import GateFacts
from rights.classification.scan import PersonalColumn

Outcome = Literal["passed", "refused", "held", "noted", "not_assessed", "not_applicable"]

STOPPING: Final = ("refused", "held", "not_assessed")
"""Outcomes that do not let the data pass: a hold may be lifted, a refusal stays as long as the facts do, and what was
not assessed was not passed."""


class Answer(Struct, frozen=True):
    """What one gate says, with its rule."""

    rule: str
    pointer: str
    outcome: Outcome
    zh: str
    en: str

    @property
    def fault(self) -> FieldError:
        """The answer as a field of a problem document."""
        return FieldError(self.pointer, Text(self.zh, self.en), self.rule)


def answers(facts: GateFacts, terms: Terms) -> tuple[Answer, ...]:
    """Ask all fifteen, in the order of the gate table; each is answered whatever the others say."""
    return (
        *_outright(facts),
        *_title(facts),
        *_public(facts),
        _listed(facts, terms),
        *_personal(facts, terms),
        _important(facts, terms),
        _quality(facts),
        _buyer(facts),
        _export(facts, terms),
        _cap(facts),
        _encumbered(facts),
    )


def _answer(rule: str, pointer: str, passed: bool | None, good: tuple[str, str], bad: tuple[str, str]) -> Answer:
    """A gate that refuses, passes, or has nothing to look at."""
    if passed is None:
        return Answer(rule, pointer, "not_assessed", "缺少判断所需的信息", "What this gate looks at is not known")
    return Answer(rule, pointer, "passed", *good) if passed else Answer(rule, pointer, "refused", *bad)


def _outright(facts: GateFacts) -> Iterator[Answer]:
    declared = facts.declared
    secret = None if declared is None else not declared.state_secret
    yield _answer(
        "LT-CLS-01", "/asset_id", secret, ("不含国家秘密", "No state secret"), ("含国家秘密", "A state secret")
    )
    core = None if declared is None else declared.level is not Level.CORE
    yield _answer("LT-CLS-02", "/asset_id", core, ("不是核心数据", "Not core data"), ("属于核心数据", "Core data"))


def _title(facts: GateFacts) -> Iterator[Answer]:
    source = (
        ("来源与证书一致", "The source is the reviewed one"),
        ("来源与证书不一致", "The source is not the reviewed one"),
    )
    yield _answer("LT-CLS-03", "/asset_id", facts.source_stated, *source)
    if facts.operate and facts.hold is False and _handed_out(facts):
        text = "未持有数据持有权，只能以可用不可见方式提供", "HOLD is not held: it is provided by computing only"
        yield Answer("LT-CLS-04", "/delivery", "refused", *text)
    else:
        operate = ("持有数据经营权", "OPERATE is held"), ("未持有数据经营权", "OPERATE is not held")
        yield _answer("LT-CLS-04", "/certificate_id", facts.operate, *operate)
    against = (*facts.disputes, *facts.freezes)
    if against:
        names = ", ".join(against)
        yield Answer("LT-CLS-05", "/asset_id", "held", f"存在未决异议或冻结：{names}", f"In dispute or frozen: {names}")
    else:
        yield Answer("LT-CLS-05", "/asset_id", "passed", "没有未决异议或冻结", "No dispute, objection or freeze")


def _public(facts: GateFacts) -> Iterator[Answer]:
    if not facts.public_data:
        yield Answer("LT-CLS-06", "/asset_id", "passed", "不是公共数据", "Not public data")
        return
    if not facts.public_registered:
        text = "没有有效的公共数据资源登记", "No registration of the public data resource is in force"
        yield Answer("LT-CLS-06", "/asset_id", "refused", *text)
        return
    opened = None if facts.declared is None else facts.declared.public_open
    texts = ("已登记且已开放", "Registered and opened"), ("公共数据未开放", "The public data was not opened")
    yield _answer("LT-CLS-06", "/asset_id", opened, *texts)


def _handed_out(facts: GateFacts) -> bool:
    """A transfer in the register hands out nothing; everything else does unless the data stays where it is."""
    return facts.act != "transfer" and not facts.computing_only


RAW_PUBLIC: Final = "raw-public-data"
"""The category of public data as it was collected: it does not leave its domain (数据二十条 item 4)."""


def _listed(facts: GateFacts, terms: Terms) -> Answer:
    declared, circulation = facts.declared, terms.circulation
    if declared is None:
        return _answer("LT-CLS-07", "/asset_id", None, ("", ""), ("", ""))
    categories = {*declared.categories, *((RAW_PUBLIC,) if facts.raw_public else ())}
    if circulation.mode == "whitelist":
        outside = [code for code in declared.categories if code not in circulation.whitelist]
        named = bool(declared.categories) and not outside
        names = ", ".join(outside) or "—"
        texts = ("在白名单内", "On the whitelist"), (f"不在白名单内：{names}", f"Not on the whitelist: {names}")
        return _answer("LT-CLS-07", "/asset_id", named, *texts)
    restricted = [listed for listed in circulation.listed if listed.code in categories]
    banned = [listed for listed in restricted if listed.treatment == "prohibited"]
    if banned or (restricted and _handed_out(facts)):
        against = banned or restricted
        zh, en = "、".join(one.zh for one in against), ", ".join(one.en for one in against)
        mode = ("", "") if banned else ("，只能以可用不可见方式提供", "; it is provided by computing only")
        return Answer("LT-CLS-07", "/asset_id", "refused", f"负面清单：{zh}{mode[0]}", f"Negative list: {en}{mode[1]}")
    if restricted:
        text = "受限类别，只以可用不可见方式提供", "A restricted category, provided by computing only"
        return Answer("LT-CLS-07", "/asset_id", "noted", *text)
    return Answer("LT-CLS-07", "/asset_id", "passed", "不在负面清单内", "Not on the negative list")


def _evidence(rule: str, applies: bool, missing: list[str], nothing: tuple[str, str]) -> Answer:
    if not applies:
        return Answer(rule, "/asset_id", "passed", *nothing)
    names = ", ".join(missing)
    texts = ("所需材料齐全", "What is needed is there"), (f"缺少材料：{names}", f"Missing: {names}")
    return _answer(rule, "/asset_id", not missing, *texts)


def _personal(facts: GateFacts, terms: Terms) -> Iterator[Answer]:
    declared = facts.declared
    if declared is None:
        yield _answer("LT-CLS-08", "/asset_id", None, ("", ""), ("", ""))
        yield _answer("LT-CLS-09", "/asset_id", None, ("", ""), ("", ""))
        return
    missing = rules.missing(rules.personal_evidence(declared, terms), declared)
    about_people = declared.personal is not Personal.NONE
    answer = _evidence("LT-CLS-08", about_people, missing, ("未申报个人信息", "No personal information is declared"))
    yield _against_scan(facts, answer, [] if declared.personal is Personal.IDENTIFIED else facts.found)
    missing = rules.missing(rules.special_evidence(declared, terms), declared)
    special = declared.sensitive or declared.minors
    nothing = "未申报敏感或未成年人信息", "Nothing sensitive and nobody under 14 is declared"
    sensitive = [each for each in facts.found if each.sensitive and not declared.sensitive]
    yield _against_scan(facts, _evidence("LT-CLS-09", special, missing, nothing), sensitive)


def _against_scan(facts: GateFacts, answer: Answer, contrary: Sequence[PersonalColumn]) -> Answer:
    """A gate that would pass waits for what our own scan found against the declaration (LT-CLS-20)."""
    against = scan.against(contrary, facts.overridden) if answer.outcome == "passed" else None
    return answer if against is None else Answer(answer.rule, "/scorecard_id", against[0], against[1].zh, against[1].en)


def _important(facts: GateFacts, terms: Terms) -> Answer:
    declared = facts.declared
    if declared is None:
        return _answer("LT-CLS-10", "/asset_id", None, ("", ""), ("", ""))
    missing = rules.missing(rules.important_evidence(declared, terms), declared)
    if declared.important and not missing and _handed_out(facts):
        text = "重要数据只能以可用不可见方式提供", "Important data is provided by computing only"
        return Answer("LT-CLS-10", "/delivery", "refused", *text)
    answer = _evidence("LT-CLS-10", declared.important, missing, ("未申报重要数据", "No important data is declared"))
    many = [each for each in facts.found if each.people >= terms.important.people]
    return _against_scan(facts, answer, [] if declared.important else many)


def _not_applicable(rule: str, pointer: str) -> Answer:
    text = "转让登记不涉及", "A transfer in the register has none"
    return Answer(rule, pointer, "not_applicable", *text)


def _quality(facts: GateFacts) -> Answer:
    quality = facts.quality
    if facts.act == "transfer":
        return _not_applicable("LT-CLS-11", "/scorecard_id")
    if quality is None:
        return _answer("LT-CLS-11", "/scorecard_id", None, ("", ""), ("", ""))
    enough = quality.score >= quality.score_min and quality.age_days <= quality.age_days_max
    zh = (
        f"质量分 {quality.score}，门槛 {quality.score_min}，"
        f"评分距今 {quality.age_days} 天，有效 {quality.age_days_max} 天"
    )
    en = (
        f"Score {quality.score}, threshold {quality.score_min}, scored {quality.age_days} days ago, good for"
        f" {quality.age_days_max} days"
    )
    return Answer("LT-CLS-11", "/scorecard_id", "passed" if enough else "held", zh, en)


def _buyer(facts: GateFacts) -> Answer:
    if facts.act == "listing" and facts.purposes:
        # Nobody has ordered yet: what can be known is for whom and what it is offered.
        names = ", ".join(facts.purposes)
        text = f"许可用途：{names}；买方在下单时核验", f"Offered for: {names}; who buys is asked at the order"
        return Answer("LT-CLS-12", "/licence/purposes", "noted", *text)
    identified = None if None in (facts.buyer_identified, facts.purpose_stated) else False
    if facts.buyer_identified and facts.purpose_stated:
        identified = True
    texts = (
        ("买方身份与用途明确", "Buyer and purpose are known"),
        ("买方身份或用途不明", "Buyer or purpose is not known"),
    )
    return _answer("LT-CLS-12", "/buyer", identified, *texts)


def _export(facts: GateFacts, terms: Terms) -> Answer:
    if facts.exported is False:
        return Answer("LT-CLS-13", "/licence/territory", "passed", "不出境", "The data stays in the country")
    declared = facts.declared
    if facts.exported is None or declared is None:
        return _answer("LT-CLS-13", "/licence/territory", None, ("", ""), ("", ""))
    path = rules.export_path(declared, terms.export)
    missing = rules.missing(terms.export.evidence.get(path, []), declared)
    names = ", ".join(missing)
    texts = (f"出境路径：{path}", f"Export path: {path}"), (f"出境路径 {path} 缺少：{names}", f"{path} lacks: {names}")
    free = path in (ExportPath.FREE, ExportPath.EXEMPT)
    return _answer("LT-CLS-13", "/licence/territory", free or not missing, *texts)


def _cap(facts: GateFacts) -> Answer:
    if facts.act == "transfer":
        return _not_applicable("LT-CLS-14", "/price")
    if not facts.public_data:
        return Answer("LT-CLS-14", "/price", "passed", "不实行政府指导价", "No government-guided price")
    price, cap = facts.price, facts.price_cap
    if price is not None and price.minor == 0:
        return Answer("LT-CLS-14", "/price", "passed", "无偿，无须核定上限", "Nothing is paid, so no cap is needed")
    if cap is not None and facts.price_cap_lapsed:
        zh = f"上限价格的决定已于 {facts.price_cap_until} 届满，请重新申报"
        en = f"The decision on the cap was good until {facts.price_cap_until}; declare the new one"
        return Answer("LT-CLS-14", "/price", "held", zh, en)
    within = None
    if price is not None and cap is not None and price.currency == cap.currency:
        within = price.minor <= cap.minor
    texts = (
        (f"价格 {price} 未超过上限 {cap}", f"{price} is within {cap}"),
        (f"价格 {price} 超过上限 {cap}", f"{price} is above {cap}"),
    )
    return _answer("LT-CLS-14", "/price", within, *texts)


def _encumbered(facts: GateFacts) -> Answer:
    if not facts.encumbrances:
        return Answer("LT-CLS-15", "/asset_id", "passed", "没有质押等负担", "No pledge or other encumbrance")
    names = ", ".join(facts.encumbrances)
    return Answer("LT-CLS-15", "/asset_id", "refused", f"权利负担：{names}", f"Encumbered: {names}")
