"""Intangible, inventory, development expenditure or none: a checklist whose answers decide; pure.

企业数据资源相关会计处理暂行规定（财会〔2023〕11号）; 企业会计准则第1号——存货, 第6号——无形资产; 基本准则 on assets.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import Meta, Struct

from kernel.errors import FieldError
from kernel.text import Text

RULE: Final = "LT-ACC-01"
Acquisition = Literal["purchased", "developed", "other"]
Classification = Literal["intangible", "inventory", "development", "expense", "unrecognised"]
Question = Literal[
    "controlled", "benefits", "measurable", "identifiable", "own_use", "for_sale", "expensed_before",
    "finished", "feasible", "intended", "useful", "resourced", "attributable",
]  # fmt: skip
Reason = Annotated[str, Meta(min_length=1, max_length=1000)]


class ChecklistAnswer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Yes or no, why, and what proves it."""

    yes: bool
    reason: Reason
    evidence: Reason | None = None


class QuestionText(NamedTuple):
    """A question and the text that asks it."""

    text: Text
    basis: str


QUESTIONS: Final[Mapping[Question, QuestionText]] = {
    "controlled": QuestionText(
        Text(
            "该数据资源是否由企业过去的交易或者事项形成，并由企业合法拥有或者控制？",
            "Did it arise from past transactions or events, and does the enterprise lawfully own or control it?",
        ),
        "基本准则 art. 20; 财会〔2023〕11号",
    ),
    "benefits": QuestionText(
        Text(
            "与其有关的经济利益是否很可能流入企业？", "Will economic benefits from it probably flow to the enterprise?"
        ),
        "基本准则 art. 21; CAS 6 art. 4",
    ),
    "measurable": QuestionText(
        Text("其实际成本是否能够可靠地计量？", "Can its actual cost be measured reliably?"),
        "基本准则 art. 21; CAS 1 art. 4; CAS 6 art. 4",
    ),
    "identifiable": QuestionText(
        Text(
            "是否可辨认，即能够与企业分离、划分，或者源自合同性权利或者其他法定权利？",
            "Is it identifiable: separable from the enterprise, or arising from contractual or other legal rights?",
        ),
        "CAS 6 art. 3",
    ),
    "own_use": QuestionText(
        Text(
            "持有的主要目的是否为企业使用（含利用其对客户提供服务）？",
            "Is it held mainly for the enterprise's own use, including services to customers that rest on it?",
        ),
        "财会〔2023〕11号 (own use: intangible)",
    ),
    "for_sale": QuestionText(
        Text("持有的主要目的是否为日常活动中出售？", "Is it held mainly for sale in the ordinary course of business?"),
        "财会〔2023〕11号 (held for sale: inventory); CAS 1 art. 3",
    ),
    "expensed_before": QuestionText(
        Text("相关支出此前是否已经费用化？", "Has spending on it been expensed before?"),
        "财会〔2023〕11号 (no retroactive capitalisation)",
    ),
    "finished": QuestionText(
        Text("内部开发是否已达到预定用途？", "Has the development reached its intended use?"), "CAS 6 arts. 7, 13"
    ),
    "feasible": QuestionText(
        Text("完成该数据资源以使其能够使用或者出售在技术上是否可行？", "Is finishing it technically feasible?"),
        "CAS 6 art. 9(1)",
    ),
    "intended": QuestionText(
        Text("是否具有完成并使用或者出售的意图？", "Is it intended to finish it and to use or sell it?"),
        "CAS 6 art. 9(2)",
    ),
    "useful": QuestionText(
        Text("产生经济利益的方式是否能够证明？", "Can the way in which it will earn be shown?"), "CAS 6 art. 9(3)"
    ),
    "resourced": QuestionText(
        Text(
            "是否有足够的技术、财务和其他资源完成开发并使用或者出售？",
            "Are there the technical, financial and other resources to finish and to use or sell it?",
        ),
        "CAS 6 art. 9(4)",
    ),
    "attributable": QuestionText(
        Text(
            "归属于开发阶段的支出是否能够可靠地计量？",
            "Can the spending of the development phase be measured reliably?",
        ),
        "CAS 6 art. 9(5)",
    ),
}
"""Every question of the checklist."""

_ALWAYS: Final[tuple[Question, ...]] = (
    "controlled", "benefits", "measurable", "identifiable", "own_use", "for_sale", "expensed_before",
)  # fmt: skip
_ASSET: Final[tuple[Question, ...]] = ("controlled", "benefits", "measurable")
_CAPITAL: Final[tuple[Question, ...]] = ("feasible", "intended", "useful", "resourced", "attributable")
"""All five, or development is expensed (CAS 6 art. 9)."""

CLASSES: Final[Mapping[Classification, Text]] = {
    "intangible": Text("无形资产——数据资源", "Intangible asset: data resources"),
    "inventory": Text("存货——数据资源", "Inventory: data resources"),
    "development": Text("开发支出——数据资源", "Development expenditure: data resources"),
    "expense": Text("费用化", "Expensed"),
    "unrecognised": Text("不确认为资产，可自愿披露", "Not recognised as an asset; may be disclosed voluntarily"),
}


class Decision(Struct, frozen=True):
    """What the answers decide, and why."""

    classification: Classification
    name: Text
    reasons: tuple[Text, ...]


def questions_for(acquisition: Acquisition) -> tuple[Question, ...]:
    """The questions that have to be answered."""
    return (*_ALWAYS, "finished", *_CAPITAL) if acquisition == "developed" else _ALWAYS


def faults(acquisition: Acquisition, answers: Mapping[Question, ChecklistAnswer]) -> Iterator[FieldError]:
    """Every question that is open, that was not asked, and answers that exclude each other."""
    wanted = questions_for(acquisition)
    for question in wanted:
        if question not in answers:
            yield FieldError(f"/answers/{question}", QUESTIONS[question].text, RULE)
    for question in answers:
        if question not in wanted:
            text = Text("这一取得方式不涉及该问题。", "This question is not asked for this way of acquiring.")
            yield FieldError(f"/answers/{question}", text, RULE)
    if all(question in answers and answers[question].yes for question in ("own_use", "for_sale")):
        text = Text(
            "主要持有目的只能为使用或者出售之一。",
            "The main purpose is either use or sale: answer one of them with no.",
        )
        yield FieldError("/answers/for_sale", text, RULE)


def decide(acquisition: Acquisition, answers: Mapping[Question, ChecklistAnswer]) -> Decision:
    """The classification that complete answers give."""
    said = {question: answers[question].yes for question in questions_for(acquisition)}
    kind, why = _kind(acquisition, said)
    reasons = [why]
    if said["expensed_before"]:
        reasons.append(
            Text("此前已费用化的支出不得追溯资本化。", "What was expensed before is not capitalised afterwards.")
        )
    if kind in ("intangible", "inventory", "development"):
        reasons.append(
            Text(
                "按实际成本初始计量；评估值不得作为入账依据。",
                "Measured first at its actual cost; an appraised value is no basis of booking.",
            )
        )
    return Decision(kind, CLASSES[kind], tuple(reasons))


def _kind(acquisition: Acquisition, said: Mapping[Question, bool]) -> tuple[Classification, Text]:
    failing = next((each for each in _ASSET if not said[each]), None)
    if failing is not None:
        return "unrecognised", _not_met(failing)
    if said["for_sale"]:
        return "inventory", Text(
            "日常活动中持有、最终目的用于出售，符合存货的定义和确认条件。",
            "Held for sale in the ordinary course, it meets the definition and the conditions of inventory.",
        )
    if not said["own_use"]:
        return "unrecognised", Text("既非自用亦非出售。", "Held neither for own use nor for sale.")
    if not said["identifiable"]:
        return "unrecognised", _not_met("identifiable")
    return _developed(said) if acquisition == "developed" else _intangible()


def _intangible() -> tuple[Classification, Text]:
    return "intangible", Text(
        "企业使用，可辨认，符合无形资产的定义和确认条件。",
        "Used by the enterprise and identifiable, it meets the definition and the conditions of an intangible asset.",
    )


def _developed(said: Mapping[Question, bool]) -> tuple[Classification, Text]:
    """In-house: without all five conditions its development is expensed, finished or not."""
    open_ = next((each for each in _CAPITAL if not said[each]), None)
    if open_ is not None:
        return "expense", _not_met(open_)
    if said["finished"]:
        return _intangible()
    return "development", Text(
        "处于开发阶段并同时满足五项资本化条件。", "Under development, with all five conditions of capitalisation met."
    )


def _not_met(question: Question) -> Text:
    text = QUESTIONS[question].text
    return Text(f"不满足：{text.zh}", f"Not met: {text.en}")
