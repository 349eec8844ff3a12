"""Pure rules of successions: by which law an agreement passes on, the content that is signed, and its clocks."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from contracts.successions.states import Mode
from contracts.terms.document import Terms
from kernel.crypto import canonical
from kernel.rules import policy
from kernel.text import Text
from kernel.time.clock import end_of_day_in_china
from kernel.time.workdays import add_working_days

ASKS: Final = "assignment"
"""The clause by which the whole contract passes only with the other side's consent."""

Days = Annotated[int, Meta(ge=1, le=250)]


class SuccessionDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the acquirer has to join, and the consumer to answer."""

    joinder_working_days: Days
    answer_working_days: Days


DAYS: Final = policy.load("successions", SuccessionDays, "contracts.successions")

_LAW: Final = {
    Mode.FOLLOWS: Text(
        "协议约定许可对受让人继续有效（参照民法典第七百二十五条），使用方事先同意协议随权利承继；使用方可以在答复期内拒绝",
        "the agreement says that the licence stands against whoever acquires the rights (民法典 art. 725, by analogy),"
        " so that the consumer has agreed beforehand; it may refuse within the time to answer",
    ),
    Mode.CONSENT: Text(
        "协议约定整个合同的转让须经对方同意（民法典第五百五十五条、第五百五十六条）；答复期内未作表示的，视为不同意"
        "（第五百五十一条）",
        "the agreement lets the whole contract pass only with the other side's consent (民法典 arts. 555, 556); silence"
        " within the time to answer is no consent (art. 551)",
    ),
}

_TEXT: Final = Text(
    "{transferee}已依登记取得资产 {asset} 的权利，现加入协议 {agreement}（摘要 {standing}）。自承继生效之时起，"
    "{transferee}承受{transferor}在该协议中的全部权利和义务，包括尚未履行的和已违反的；此前已由中心分配的款项归"
    "{transferor}，此后分配的款项归{transferee}及届时登记的权利人。{consumer}的使用不因此中断。依据：{law}。",
    "{transferee} has acquired the registered rights in {asset} and joins the agreement {agreement}"
    " (digest {standing})."
    " When the succession takes effect {transferee} takes over everything that {transferor} is owed and owes under it,"
    " what is not performed yet and what was breached alike; what the centre has distributed by then stays with"
    " {transferor}, and what it distributes from then on goes to {transferee} and whoever holds rights by then."
    " {consumer}'s use is not interrupted. By which rule: {law}.",
)

_PENDING: Final = Text(
    "另有双方此前已约定而尚未生效的变更 {count} 项（见所列）一并承继：自约定之时起、且不早于承继生效之时适用。",
    " With it passes what both had agreed before and what is not in effect yet, {count} amendment(s) as listed: each"
    " stands from its moment, and not before the succession takes effect.",
)


def mode_of(terms: Terms | None) -> Mode:
    """Whether terms ask for consent; those of the centre's own text say that the licence follows the right."""
    asks = terms is not None and any(use.clause == ASKS for use in terms.clauses)
    return Mode.CONSENT if asks else Mode.FOLLOWS


def joinder_due(on: date) -> datetime:
    """The first moment after the acquirer's time to join."""
    return end_of_day_in_china(add_working_days(on, DAYS.at(on).body.joinder_working_days).on)


def answer_due(on: date) -> datetime:
    """The first moment after the consumer's time to answer."""
    return end_of_day_in_china(add_working_days(on, DAYS.at(on).body.answer_working_days).on)


def content(facts: Mapping[str, Any], mode: Mode) -> dict[str, Any]:
    """What is signed, as plain JSON values; `facts` name succession, agreement, transfer, parties and `pending`."""
    plain = dict(msgspec.json.decode(msgspec.json.encode(facts)))
    said = _TEXT.filled(
        transferor=plain["transferor"]["name"],
        transferee=plain["transferee"]["name"],
        consumer=plain["consumer"]["name"],
        asset=plain["asset_id"],
        agreement=plain["agreement_id"],
        standing=plain["standing_digest"],
        law=_LAW[mode],
    )
    if plain["pending"]:
        more = _PENDING.filled(count=len(plain["pending"]))
        said = Text(said.zh + more.zh, said.en + more.en)
    return {**plain, "mode": str(mode), "text_zh": said.zh, "text_en": said.en}


def digest(signed: Mapping[str, Any]) -> str:
    """The digest of a succession's content (RFC 8785, SHA-256)."""
    return canonical.digest(dict(signed))


def signing_text(succession_id: str, digest: str) -> str:
    """What the acquirer and the consumer sign, as UTF-8 bytes."""
    return f"liutong succession {succession_id} {digest}"
