"""Reading terms from outside: every fault at once, with its place in the document; pure."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from contracts.clauses import checking
from contracts.clauses.library import library
from contracts.terms import service_contracts
from contracts.terms.conveyance import is_bounded, stays
from contracts.terms.document import FORM, MODEL, Delivery, Terms
from contracts.terms.errors import TermsContradictory
from contracts.terms.price.faults import faults as faults_of_price
from contracts.terms.prices import OnRequest, is_priced
from contracts.terms.service_levels import faults_of_objectives
from contracts.usage.errors import PolicyInexpressible
from contracts.usage.reading import faults_of
from contracts.usage.tree import DutyKind
from kernel.errors import FieldError
from kernel.text import Text
from rights.grants.box import Exclusivity
from rights.grants.vocabulary import ANYONE, words
from rights.title.rules import party_term

_RULE: Final = TermsContradictory.rule


def read(terms: Terms, on: date, pointer: str = "") -> Terms:
    """The terms, if they can be obeyed as they stand, by the clauses that are released on a day.

    Raises PolicyInexpressible where the policy alone is at fault and TermsContradictory for anything else, each naming
    every fault.
    """
    if terms.policy is None:
        return _read_service(terms, on, pointer)
    policy, rest = faults_of(terms.policy, f"{pointer}/policy"), list(_faults(terms, pointer))
    if policy and not rest:
        raise PolicyInexpressible(errors=policy, count=len(policy), vocabulary=terms.policy.vocabulary)
    if policy or rest:
        raise TermsContradictory(errors=[*policy, *rest], count=len(policy) + len(rest))
    if faults := [*_faults_of_words(terms, pointer), *_faults_of_clauses(terms, on, pointer)]:
        raise TermsContradictory(errors=faults, count=len(faults))
    return terms


def _read_service(terms: Terms, on: date, pointer: str) -> Terms:
    """Terms that license nothing: the model contract says what they are, and the rest is to be absent."""
    faults = [
        *_faults_of_sides(terms, pointer),
        *service_contracts.faults(terms, on, pointer),
        *faults_of_price(terms.price, f"{pointer}/price", public=terms.consumer is None),
        *_faults_of_clauses(terms, on, pointer),
    ]
    if faults:
        raise TermsContradictory(errors=faults, count=len(faults))
    return terms


def _faults_of_sides(terms: Terms, pointer: str) -> Iterator[FieldError]:
    if terms.form != FORM:
        text = Text(f"本中心现行格式为 {FORM}", f"Terms are written in the form {FORM}")
        yield FieldError(f"{pointer}/form", text, _RULE)
    if terms.consumer == terms.provider:
        text = Text("双方不能是同一主体", "Nobody agrees with itself")
        yield FieldError(f"{pointer}/consumer", text, _RULE)


def _faults(terms: Terms, pointer: str) -> Iterator[FieldError]:
    """What can be said of terms whatever their words are."""
    yield from _faults_of_sides(terms, pointer)
    if terms.ends_on is not None:
        text = Text("许可的期限由策略确定，不另填写", "How long a licence runs its policy says; leave it out")
        yield FieldError(f"{pointer}/ends_on", text, _RULE)
    if terms.delivery is Delivery.NONE:
        text = Text("许可数据的，须写明交付方式", "What licenses data says how the data are provided")
        yield FieldError(f"{pointer}/delivery", text, _RULE)
    if terms.consumer is not None and terms.purpose is None:
        text = Text(
            "请说明用途，须为策略所许可", "Say what the consumer wants the data for, of what the policy permits"
        )
        yield FieldError(f"{pointer}/purpose", text, _RULE)
    yield from _price_faults(terms, pointer)
    yield from _commission_faults(terms, pointer)
    yield from faults_of_objectives(terms.service.objectives, f"{pointer}/service/objectives", _RULE)
    if terms.licence.exclusivity is not Exclusivity.ORDINARY and len(terms.licence.permissions) > 1:
        text = Text("独占或排他的许可只能有一项", "What is sole or exclusive is said in one permission")
        yield FieldError(f"{pointer}/policy/exclusivity", text, _RULE)
    for at, rule in enumerate(terms.licence.permissions):
        here = f"{pointer}/policy/permissions/{at}"
        if not is_bounded(rule):
            text = Text(
                "许可须有终止：填写 ends，或自结算起的 window_days",
                "A permission ends: say when (ends), or how many days from settlement (window_days)",
            )
            yield FieldError(f"{here}/ends", text, _RULE)
        if (side := _addressed(terms, rule.recipients)) is not None:
            yield FieldError(f"{here}/recipients", side, _RULE)


def _addressed(terms: Terms, recipients: tuple[str, ...]) -> Text | None:
    """What is wrong with whom a permission is for: terms with a consumer are for it, public ones for whoever comes."""
    if terms.consumer is not None and recipients != (party_term(terms.consumer),):
        return Text(
            f"许可的对象须为使用方：{party_term(terms.consumer)}",
            f"It permits to the consumer alone: {party_term(terms.consumer)}",
        )
    if terms.consumer is None and any(one != ANYONE and not one.startswith("party:") for one in recipients):
        return Text("公开要约的对象为 anyone 或列明的 party:…", "A public offer is for anyone, or for parties by name")
    return None


def _price_faults(terms: Terms, pointer: str) -> Iterator[FieldError]:
    """A price can be computed and paid, and the gate waits for it exactly where there is one."""
    yield from faults_of_price(terms.price, f"{pointer}/price", public=terms.consumer is None)
    if isinstance(terms.price, OnRequest):
        return  # Whether there will be something to pay, the agreed price says.
    priced = is_priced(terms.price)
    duties = {duty.id for duty in terms.licence.duties if duty.kind is DutyKind.PAY}
    for at, rule in enumerate(terms.licence.permissions):
        if priced and not duties & set(rule.duties):
            text = Text(
                "有价款的，每项许可须以付款义务为条件", "With a price, every permission waits for the duty to pay"
            )
            yield FieldError(f"{pointer}/policy/permissions/{at}/duties", text, _RULE)
    if not priced and duties:
        text = Text("无偿的条件没有付款义务", "Where nothing is to be paid there is no duty to pay")
        yield FieldError(f"{pointer}/policy/duties", text, _RULE)


def _commission_faults(terms: Terms, pointer: str) -> Iterator[FieldError]:
    """An intermediary is a third party, and all of them together get less than the whole."""
    for at, one in enumerate(terms.commissions):
        if one.party in (terms.provider, terms.consumer):
            text = Text("居间方不能是合同双方之一", "An intermediary is neither of the two sides")
            yield FieldError(f"{pointer}/commissions/{at}/party", text, _RULE)
    if sum((Decimal(one.rate) for one in terms.commissions), Decimal(0)) >= 1:
        text = Text("居间报酬合计须低于价款", "Commissions together are less than the price")
        yield FieldError(f"{pointer}/commissions", text, _RULE)


def _faults_of_clauses(terms: Terms, on: date, pointer: str) -> Iterator[FieldError]:
    """What a model contract asks of the clauses; without any, the centre's own text of a provision is signed."""
    released = library(on)
    model = released.models.get(terms.model)
    if model is None:
        text = Text(f"可用：{'、'.join(released.models)}", f"Use one of {', '.join(released.models)}")
        yield FieldError(f"{pointer}/model", text, _RULE)
    elif terms.clauses:
        for fault in checking.check(released, model, terms.clauses, terms.policy).faults:
            yield FieldError(f"{pointer}{fault.pointer}", fault.detail, fault.rule)
    elif terms.model != MODEL:
        text = Text("该示范合同须列明条款", "This model contract is made of clauses: name them")
        yield FieldError(f"{pointer}/clauses", text, _RULE)


def _faults_of_words(terms: Terms, pointer: str) -> Iterator[FieldError]:
    """What can be said only of words that are published: the purpose, and where the data stay."""
    purposes = words(terms.licence.vocabulary).purposes
    if terms.purpose is not None:
        asked = purposes.bits.get(terms.purpose)
        permitted = (
            any(not asked & ~purposes.mask(rule.purposes) for rule in terms.licence.permissions) if asked else False
        )
        if not permitted:
            text = Text("没有许可及于该用途", "No permission reaches this purpose")
            yield FieldError(f"{pointer}/purpose", text, _RULE)
    if terms.licence.marks and stays(terms.licence):
        text = Text("数据不出域的，没有副本可标记", "Of data that stays nothing is handed out that could bear marks")
        yield FieldError(f"{pointer}/policy/marks", text, _RULE)
    if stays(terms.licence) is not (terms.delivery is Delivery.COMPUTING):
        text = Text(
            "仅限受控环境的以 computing 提供，其余以 files 交付",
            "What is used in controlled environments only is provided as computing, all else as files",
        )
        yield FieldError(f"{pointer}/delivery", text, _RULE)
