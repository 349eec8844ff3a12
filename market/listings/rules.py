"""The gates between a draft and the shelf: asked in order, every answer kept with its rule; pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from kernel.money import Money
from kernel.rules import policy
from kernel.time.clock import day_in_china
from market.listings.states import PriceKind
from rights.classification import gates as compliance
from rights.classification.gates import Answer, Outcome
from rights.classification.policy import Terms
from rights.classification.rules import GateFacts, Quality
from rights.title.errors import explained
from rights.title.rules import RULE_OF, Finding, FindingKind


class Gates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The thresholds."""

    score_min: Decimal
    score_days_max: int
    price_to_value_min: Decimal
    price_to_value_max: Decimal


GATES: Final = policy.load("listing-gates", Gates, "market.listings")


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What the gates ask of a certificate in force."""

    id: str
    holder: str
    content_digest: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ScoreFacts:
    """What the gates ask of a scorecard."""

    id: str
    revision_id: str
    score: Decimal
    scored_at: datetime
    has_sample: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the gates look at; nothing of it is typed by the provider but the price and what it declares.

    `charged` is the most that the price comes to in a year: what a cap on prices is compared with.
    """

    provider: str
    register: GateFacts
    title: tuple[Finding, ...] | None
    revision_id: str
    content_digest: str
    certificate: CertificateFacts | None
    score: ScoreFacts | None
    price: Money | None
    value: Money | None
    member_until: date | None = None
    licence_days: int = 0
    price_kind: PriceKind = PriceKind.ONE_OFF
    charged: Money | None = None


def gate_answers(evidence: Evidence, gates: Gates, terms: Terms, at: datetime) -> tuple[Answer, ...]:
    """Look at the certificate, ask the centre's fifteen gates in their order, the title, and what a window needs."""
    facts = msgspec.structs.replace(evidence.register, quality=_measured(evidence, gates, at), price=evidence.charged)
    return (
        *_certificate(evidence),
        *_member(evidence, at),
        *compliance.answers(facts, terms),
        *_title(evidence),
        *_scorecard(evidence),
        *_price(evidence, gates),
    )


def refusals(answers: tuple[Answer, ...]) -> list[Answer]:
    """The answers that keep the product off the shelf, for good or for now.

    What a gate could not look at stops too, unless what is missing was refused already; what the market asks beside
    the gates, an appraisal for one, may be missing.
    """
    refused = [answer.rule for answer in answers if answer.outcome in ("refused", "held")]
    return [
        answer
        for answer in answers
        if answer.rule in refused
        or (
            answer.outcome == "not_assessed"
            and answer.rule.startswith("LT-CLS-")
            and _NEEDS.get(answer.rule) not in refused
        )
    ]


_NEEDS: Final = {"LT-CLS-03": "LT-LST-02", "LT-CLS-04": "LT-LST-02", "LT-CLS-11": "LT-LST-05"}
"""What a gate looks at is there only if another answer found it: the certificate, the scorecard."""


def _measured(evidence: Evidence, gates: Gates, at: datetime) -> Quality | None:
    """The score of the listed revision beside the market's thresholds."""
    card = evidence.score
    if card is None or card.revision_id != evidence.revision_id:
        return None
    return Quality(card.score, gates.score_min, -(-(at - card.scored_at) // timedelta(days=1)), gates.score_days_max)


def _answer(rule: str, pointer: str, passed: bool | None, zh: str, en: str) -> Answer:
    outcome: Outcome = "not_assessed" if passed is None else "passed" if passed else "refused"
    return Answer(rule, pointer, outcome, zh, en)


def _certificate(evidence: Evidence) -> Iterator[Answer]:
    certificate = evidence.certificate
    if certificate is None or certificate.holder != evidence.provider:
        yield _answer("LT-LST-02", "/certificate_id", False, "没有由提供方持有的有效证书", "No certificate in force")
        yield _answer("LT-LST-04", "/certificate_id", None, "无证书，无法比对内容", "No certificate to compare")
        return
    yield _answer("LT-LST-02", "/certificate_id", True, f"证书 {certificate.id} 有效", f"{certificate.id} is in force")
    same = certificate.content_digest == evidence.content_digest
    text = (
        ("证书与挂牌内容一致", "Same content")
        if same
        else ("证书登记的是其他内容", "The certificate covers other content")
    )
    yield _answer("LT-LST-04", "/revision_id", same, *text)


def _member(evidence: Evidence, at: datetime) -> Iterator[Answer]:
    """A provider whose membership has run out offers nothing; while it runs there is nothing to say."""
    if evidence.member_until is not None and evidence.member_until < day_in_china(at):
        until = evidence.member_until
        yield _answer(MEMBER, "/provider", False, f"成员资格于 {until} 到期", f"The membership ran out on {until}")


MEMBER: Final = "LT-CON-08"
"""The rule by which a membership that has run out stops what is new."""


LOOK_AGAIN_DAYS: Final = 3650
"""When a listing that nothing limits is looked at again all the same."""


def next_lapse(evidence: Evidence, gates: Gates, on: date) -> tuple[date, str | None]:
    """The first day after `on` on which something that a listing rests on is over, and by which rule (LT-LST-15).

    A licence of the whole term must still end with the certificate, so what is offered lapses before it does.
    """
    one = timedelta(days=1)
    days: list[tuple[date, str | None]] = [(on + LOOK_AGAIN_DAYS * one, None)]
    if evidence.score is not None:
        days.append((day_in_china(evidence.score.scored_at) + (gates.score_days_max + 1) * one, "LT-CLS-11"))
    if evidence.certificate is not None and evidence.certificate.valid_until is not None:
        until = evidence.certificate.valid_until
        days += [(until + one, "LT-LST-02"), (until - (evidence.licence_days - 1) * one, RULE_OF[FindingKind.CHAIN])]
    if evidence.member_until is not None:
        days.append((evidence.member_until + one, MEMBER))
    if evidence.register.public_data and evidence.register.price_cap_until is not None:
        days.append((evidence.register.price_cap_until + one, "LT-CLS-14"))
    day, rule = min(days, key=lambda lapse: lapse[0])
    return (day, rule) if day > on else (on + one, None)


LAPSES: Final = "LT-LST-15"
"""The rule by which what has become too old is held on its day."""


_WITHIN: Final[dict[FindingKind, tuple[str, str]]] = {
    FindingKind.CHAIN: ("权利链逐环成立", "Every edge of the chain of title holds"),
    FindingKind.EXCLUSIVE: ("与在效的独占、排他授权不冲突", "No exclusive or sole grant stands in the field"),
    FindingKind.REMARK: ("登记备注不限制该许可", "No remark limits this licence"),
    FindingKind.UPSTREAM: ("在上游授权范围之内", "The upstream grants reach this far"),
    FindingKind.CONSENT: ("无须或已有共有人同意", "No co-holder's consent is missing"),
}


def _title(evidence: Evidence) -> Iterator[Answer]:
    """Nobody offers more than they hold: the licence is asked of the chain of title as a grant to whoever buys."""
    for kind, rule in RULE_OF.items():
        if evidence.title is None:
            text = "没有有效证书，无从核对权利链", "Without a certificate there is no title to look at"
            yield Answer(rule, "/licence", "not_assessed", *text)
            continue
        mine = [explained(finding) for finding in evidence.title if finding.kind == kind]
        if mine:
            zh, en = "；".join(text.zh for text in mine), " ".join(text.en for text in mine)
            yield Answer(rule, "/licence", "refused", zh, en)
        else:
            yield Answer(rule, "/licence", "passed", *_WITHIN[kind])


def _scorecard(evidence: Evidence) -> Iterator[Answer]:
    card = evidence.score
    if card is None or card.revision_id != evidence.revision_id:
        yield _answer("LT-LST-05", "/scorecard_id", False, "挂牌版本没有质量评分", "The revision has no scorecard")
        yield _answer("LT-LST-09", "/scorecard_id", None, "无评分，无样例", "No scorecard to take samples from")
        return
    yield _answer("LT-LST-05", "/scorecard_id", True, f"评分卡 {card.id}", f"Scorecard {card.id}")
    sample = ("有样例", "A sample is shown") if card.has_sample else ("没有样例", "There is no sample row")
    yield _answer("LT-LST-09", "/scorecard_id", card.has_sample, *sample)


_UNPRICED: Final = ("未公布价格", "No price is given")
_PRICED: Final = {
    PriceKind.FREE: ("无偿", "Nothing is to be paid"),
    PriceKind.ON_REQUEST: ("询价", "The price is told on request"),
    PriceKind.PLAN: ("价格方案", "A price plan"),
}


def _price(evidence: Evidence, gates: Gates) -> Iterator[Answer]:
    price, value = evidence.price, evidence.value
    text = _PRICED.get(evidence.price_kind, _UNPRICED) if price is None else (f"价格 {price}", f"Price {price}")
    yield _answer("LT-LST-07", "/price", text is not _UNPRICED, *text)
    if price is None or value is None or value.minor <= 0 or value.currency != price.currency:
        yield _answer("LT-LST-08", "/price", None, "无可比的估值结果", "No appraised value to compare with")
        return
    ratio = (Decimal(price.minor) / Decimal(value.minor)).quantize(Decimal("0.01"))
    within = gates.price_to_value_min <= ratio <= gates.price_to_value_max
    yield Answer(
        "LT-LST-08",
        "/price",
        "passed" if within else "noted",
        f"价格为估值 {value} 的 {ratio} 倍",
        f"The price is {ratio} times the appraised value of {value}",
    )
