"""A contract as one structure of blocks: special terms, articles in print order, annexes, signatures; pure."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from contracts.clauses.library import Library
from contracts.clauses.matrix import COLUMNS, MatrixRow, matrix
from contracts.clauses.obligations import Owed, clock_text, obligations
from contracts.clauses.text.blocks import Block, Document, Heading, Paragraph, Signature, Table, Tone
from contracts.clauses.types import TRIGGERS, Clause, ModelContract, Side, text
from contracts.clauses.use import ClauseUse
from contracts.clauses.values import BLANK, words_of
from contracts.usage.sentences import sentences
from contracts.usage.tree import UsagePolicy
from kernel.text import Text

SPECIAL: Final = "special"
SPECIAL_NOTE: Final = Text(
    "特别约定列于首位，与标准条款不一致的，以特别约定为准。特别约定为自由文字，不由准入执行。",
    "Special terms come first and prevail over standard clauses. They are free text, which the gate does not enforce.",
)
NOTABLE: Final = Text("【重要】", "[Important] ")
POLICY_NOTE: Final = Text(
    "每次使用由准入按本附件判定；左列编号指向机器可读策略中的同一处。",
    "Every use is decided by this annex; the names at the left lead to the same place in the machine-readable policy.",
)

SIDES_NOTE: Final = Text(
    "本附件所称提供方即{provider}，使用方即{consumer}。",
    "In this annex the provider is the {provider}, and the consumer the {consumer}.",
)
"""The sentences of a policy know two sides, which a model contract may call otherwise."""

SIGNATURE_NOTE: Final = Text(
    "本合同以双方登记的密钥对全文摘要的电子签名为准；下列签名栏供纸面文本使用。",
    "What counts is the electronic signature of the whole text's digest with both parties' registered keys; the places "
    "below are for a text on paper.",
)

_Line = Annotated[str, Meta(max_length=200)]


class PartyFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the two parties."""

    name: _Line
    uscc: _Line = ""
    id: _Line = ""


class Facts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the head of a contract says; what is not known yet stands as a blank."""

    reference: _Line = ""
    drafted_on: _Line = ""
    provider: PartyFacts | None = None
    consumer: PartyFacts | None = None
    subject_zh: _Line = ""
    subject_en: _Line = ""
    asset: _Line = ""
    price_zh: _Line = ""
    price_en: _Line = ""
    ends_on: _Line = ""


def document(
    library: Library, model: ModelContract, uses: Sequence[ClauseUse], facts: Facts, policy: UsagePolicy | None = None
) -> Document:
    """The whole contract; what is not filled in stands as a blank. Raises KeyError for a clause of no library."""
    chosen = [(library.known[use.clause, use.version], use) for use in uses]
    special = [each for each in chosen if each[0].slot == SPECIAL]
    annexed = [each for each in chosen if _is_annex(model, each[0])]
    articles = [each for each in chosen if each not in special and each not in annexed]
    blocks: list[Block] = [_head(model, facts)]
    for clause, use in special:
        blocks.append(Heading(f"clause/{clause.id}", 2, Text("", ""), _title(model, clause)))
        blocks.append(Paragraph(f"clause/{clause.id}/note", "", SPECIAL_NOTE, Tone.NOTE))
        blocks.extend(_paragraphs(model, clause, use, ""))
    for number, (clause, use) in enumerate(articles, start=1):
        numbered = Text(f"第{number}条", f"Article {number}.")
        blocks.append(Heading(f"clause/{clause.id}", 2, numbered, _title(model, clause)))
        blocks.extend(_paragraphs(model, clause, use, str(number)))
    blocks.extend(_annexes(model, chosen, annexed, policy))
    blocks.append(Heading("signatures", 1, Text("", ""), Text("签署", "Signatures")))
    blocks.append(Paragraph("signatures/note", "", SIGNATURE_NOTE, Tone.NOTE))
    blocks.append(_signature(model, facts))
    return Document(text(model.name), text(model.note), facts.reference, tuple(blocks))


def _is_annex(model: ModelContract, clause: Clause) -> bool:
    place = model.place(clause.slot)
    return place is not None and place.annex


def _title(model: ModelContract, clause: Clause) -> Text:
    place = model.place(clause.slot)
    return text(clause.name if place is None else place.name)


def _head(model: ModelContract, facts: Facts) -> Table:
    """Who, what and for how much."""
    rows = [
        (Text("合同编号", "Contract"), _either(facts.reference)),
        (model.role(Side.PROVIDER), _party(facts.provider)),
        (model.role(Side.CONSUMER), _party(facts.consumer)),
        (Text("标的", "Subject"), _subject(facts)),
        (Text("价款", "Price"), _either(facts.price_zh, facts.price_en)),
        (Text("拟定日期", "Drafted on"), _either(facts.drafted_on)),
    ]
    if not model.policy:  # How long a licence runs its policy says.
        rows.append((Text("合同期限至", "Last day"), _either(facts.ends_on)))
    return Table("head", (1, 3), (), tuple((_begun(name), value) for name, value in rows))


def _either(zh: str, en: str = "") -> Text:
    return Text(zh or en, en or zh) if zh or en else BLANK


def _subject(facts: Facts) -> Text:
    named = _either(facts.subject_zh, facts.subject_en)
    return Text(f"{named.zh}\n{facts.asset}".strip(), f"{named.en}\n{facts.asset}".strip())


def _party(party: PartyFacts | None) -> Text:
    if party is None:
        return BLANK
    zh = [party.name, f"统一社会信用代码 {party.uscc}" if party.uscc else "", party.id]
    en = [party.name, f"Unified social credit code {party.uscc}" if party.uscc else "", party.id]
    return Text("\n".join(filter(None, zh)), "\n".join(filter(None, en)))


def _paragraphs(model: ModelContract, clause: Clause, use: ClauseUse, number: str) -> Iterator[Paragraph]:
    """The lines of a clause: both languages have the same, since their templates do."""
    words = words_of(clause, use, model)
    zh, en = words.zh.split("\n"), words.en.split("\n")
    for at in range(max(len(zh), len(en))):
        said = Text(zh[at] if at < len(zh) else "", en[at] if at < len(en) else "")
        if clause.notable and at == 0:
            said = Text(NOTABLE.zh + said.zh, NOTABLE.en + said.en)
        tone = Tone.NOTABLE if clause.notable else Tone.PLAIN
        yield Paragraph(f"clause/{clause.id}/{at}", f"{number}.{at + 1}" if number else "", said, tone)


def _annexes(
    model: ModelContract,
    chosen: Sequence[tuple[Clause, ClauseUse]],
    annexed: Sequence[tuple[Clause, ClauseUse]],
    policy: UsagePolicy | None,
) -> Iterator[Block]:
    """The usage policy, the responsibility matrix, the obligations, and the clauses that are annexes."""
    titles = iter(range(1, 100))

    def heading(name: str, title: Text) -> Heading:
        number = next(titles)
        return Heading(f"annex/{name}", 1, Text(f"附件{_CHINESE[number]}", f"Annex {number}."), title)

    if policy is not None and model.policy:
        yield heading("policy", Text("使用控制策略", "Usage policy"))
        yield Paragraph("annex/policy/note", "", POLICY_NOTE, Tone.NOTE)
        called = {"provider": model.role(Side.PROVIDER), "consumer": model.role(Side.CONSUMER)}
        if called["consumer"].en != "consumer":
            yield Paragraph("annex/policy/sides", "", SIDES_NOTE.filled(**called), Tone.NOTE)
        yield _policy_table(policy)
    if rows := matrix(model, [clause for clause, _ in chosen]):
        yield heading("matrix", Text("责任矩阵", "Responsibility matrix"))
        yield _matrix_table(rows)
    if owed := obligations(chosen):
        yield heading("obligations", Text("义务与期限", "Obligations and their clocks"))
        yield _obligations_table(model, owed)
    for clause, use in annexed:
        yield heading(clause.id, _title(model, clause))
        yield from _paragraphs(model, clause, use, "")


_CHINESE: Final = ("", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", *map(str, range(11, 100)))


def _policy_table(policy: UsagePolicy) -> Table:
    rows = tuple((Text(said.id, said.id), said.text) for said in sentences(policy))
    return Table("annex/policy/table", (2, 5), (Text("编号", "Place"), Text("内容", "What it says")), rows)


def _matrix_table(rows: Sequence[MatrixRow]) -> Table:
    head = (Text("阶段", "Stage"), *COLUMNS.values())
    return Table(
        "annex/matrix/table",
        (2, 3, 6, 6),
        head,
        tuple((row.name, *(_cells([cell.text for cell in getattr(row, name)]) for name in COLUMNS)) for row in rows),
    )


def _cells(texts: Sequence[Text]) -> Text:
    if not texts:
        return BLANK
    return Text("\n".join(each.zh for each in texts), "\n".join(_begun(each).en for each in texts))


def _begun(words: Text) -> Text:
    """Words at the beginning of a cell."""
    return Text(words.zh, words.en[:1].upper() + words.en[1:])


def _obligations_table(model: ModelContract, owed: Sequence[Owed]) -> Table:
    head = (Text("义务", "What is owed"), Text("义务人", "By"), Text("起算", "From"), Text("期限", "Time"))
    rows = tuple(
        tuple(map(_begun, (each.name, model.role(each.bearer), TRIGGERS[each.trigger], clock_text(each.clock))))
        for each in owed
    )
    return Table("annex/obligations/table", (5, 3, 4, 4), head, rows)


def _signature(model: ModelContract, facts: Facts) -> Signature:
    provider, consumer = facts.provider, facts.consumer
    return Signature(
        "signatures/places",
        tuple(
            (_begun(model.role(side)), BLANK if party is None else Text(party.name, party.name))
            for side, party in ((Side.PROVIDER, provider), (Side.CONSUMER, consumer))
        ),
    )
