"""camt.053, the bank's statement of ISO 20022: versions 02 and 08, each read by its own namespace."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from market.banking.reading import checks
from market.banking.reading.errors import StatementCurrency, StatementTotals
from market.banking.reading.facts import (
    ENTRIES_MAX,
    TEXT_MAX,
    EntryFacts,
    StatementFacts,
    day_of,
    minor_of,
    unreadable,
)
from market.banking.reading.tree import Node, parsed

_NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
NO_REFERENCE: Final = "NOTPROVIDED"


@dataclass(frozen=True, slots=True)
class _Dialect:
    """Where the versions differ: the status of an entry, a party's name, the amount of one payment of a batch."""

    form: str
    status: str
    party: str
    amounts: tuple[str, ...]


_DIALECTS: Final = {
    "02": _Dialect("camt.053.001.02", "Sts", "", ("AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")),
    "08": _Dialect("camt.053.001.08", "Sts/Cd", "Pty/", ("Amt", "AmtDtls/TxAmt/Amt")),
}


def read(raw: bytes) -> StatementFacts:
    """The one statement of a camt.053 file, checked; raises StatementUnreadable and what `checks` raises."""
    namespace, root = parsed(raw)
    version = namespace.removeprefix(_NAMESPACE)
    dialect = _DIALECTS.get(version)
    if dialect is None or not namespace.startswith(_NAMESPACE):
        raise unreadable(f"不支持的命名空间 {namespace[:80]}", f"the namespace {namespace[:80]} is not read here")
    statements = list(root.all("BkToCstmrStmt/Stmt"))
    if len(statements) != 1:
        raise unreadable(
            f"文件含 {len(statements)} 份对账单，须恰为一份", f"it holds {len(statements)} statements and not one"
        )
    return _statement(statements[0], dialect)


def _statement(stmt: Node, dialect: _Dialect) -> StatementFacts:
    opening, opens_on, currency = _balance(stmt, "OPBD")
    closing, closes_on, closing_currency = _balance(stmt, "CLBD")
    wanted = stmt.said("Acct/Ccy") or currency
    for found, place in ((currency, "OPBD"), (closing_currency, "CLBD")):
        if found != wanted:
            raise StatementCurrency(place=place, found=found, wanted=wanted)
    booked = [each for each in stmt.all("Ntry") if each.said(dialect.status) == "BOOK"]
    if any(each.said(dialect.status) is None for each in stmt.all("Ntry")):
        raise unreadable("分录缺少该版本的状态", f"an entry has no status as {dialect.form} writes it")
    entries = tuple(fact for each in booked for fact in _entry(each, dialect, wanted))
    if len(entries) > ENTRIES_MAX:
        raise unreadable(f"分录超过 {ENTRIES_MAX} 条", f"it has more than {ENTRIES_MAX} entries")
    sequence = stmt.said("ElctrncSeqNb", "LglSeqNb")
    facts = StatementFacts(
        form=dialect.form,
        number=_told(stmt.said("Id"), "Id"),
        sequence=int(sequence) if sequence and sequence.isdecimal() and len(sequence) < 15 else None,
        account=stmt.said("Acct/Id/IBAN", "Acct/Id/Othr/Id"),
        currency=wanted,
        opens_on=opens_on,
        closes_on=closes_on,
        opening_minor=opening,
        closing_minor=closing,
        entries=entries,
    )
    return checks.balanced(facts)


def _balance(stmt: Node, code: str) -> tuple[int, date, str]:
    found = [each for each in stmt.all("Bal") if each.said("Tp/CdOrPrtry/Cd") == code]
    if len(found) != 1:
        raise unreadable(f"须恰有一个 {code} 余额，现有 {len(found)} 个", f"it has {len(found)} {code} and not one")
    minor, currency = _amount(found[0], "Amt", code)
    on = day_of(_told(found[0].said("Dt/Dt", "Dt/DtTm"), f"{code}/Dt")[:10], f"{code}/Dt")
    return (minor if _credit(found[0], code) else -minor), on, currency


def _entry(entry: Node, dialect: _Dialect, currency: str) -> Iterator[EntryFacts]:
    """The movements of an entry; what moves nothing, as notices of a bank do, is none."""
    reference = entry.said("AcctSvcrRef") or entry.said("NtryDtls/TxDtls/Refs/AcctSvcrRef")
    place = f"Ntry {reference or entry.said('NtryRef') or ''}".strip()
    total, found = _amount(entry, "Amt", place)
    if found != currency:
        raise StatementCurrency(place=place, found=found, wanted=currency)
    parts = list(entry.all("NtryDtls/TxDtls"))
    amounts = [total] if len(parts) <= 1 else [_part(part, dialect, place, currency) for part in parts]
    if sum(amounts) != total:
        raise StatementTotals(place=place, sum=sum(amounts), stated=total)
    for number, (minor, part) in enumerate(zip(amounts, parts or [entry], strict=True), start=1):
        if minor:
            yield _facts(entry, part, dialect, minor, number, reference)


def _part(part: Node, dialect: _Dialect, place: str, currency: str) -> int:
    path = next((path for path in dialect.amounts if part.first(path) is not None), dialect.amounts[0])
    minor, found = _amount(part, path, place)
    if found != currency:
        raise StatementCurrency(place=place, found=found, wanted=currency)
    return minor


def _facts(entry: Node, part: Node, dialect: _Dialect, minor: int, number: int, reference: str | None) -> EntryFacts:
    credit = _credit(entry, "Ntry")
    other = "Dbtr" if credit else "Cdtr"
    end_to_end = part.said("Refs/EndToEndId")
    booked = day_of(_told(entry.said("BookgDt/Dt", "BookgDt/DtTm"), "BookgDt")[:10], "BookgDt")
    value = entry.said("ValDt/Dt", "ValDt/DtTm")
    words = [node.text.strip() for path in ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref") for node in part.all(path)]
    charges = part.all("Chrgs/Rcrd/Amt")
    currency = entry.first("Amt")
    return EntryFacts(
        booked_on=booked,
        value_on=day_of(value[:10], "ValDt") if value else None,
        minor=minor,
        credit=credit,
        reversal=entry.said("RvslInd") in ("true", "1"),
        bank_reference=_cut(reference, 64),
        detail=number,
        end_to_end_id=None if end_to_end in (None, NO_REFERENCE) else _cut(end_to_end, 64),
        remittance=" ".join(filter(None, [*words, entry.said("AddtlNtryInf") or ""]))[:TEXT_MAX],
        counterparty=_cut(part.said(f"RltdPties/{other}/{dialect.party}Nm"), 200),
        counterparty_account=_cut(part.said(f"RltdPties/{other}Acct/Id/IBAN", f"RltdPties/{other}Acct/Id/Othr/Id"), 64),
        code=_cut("/".join(filter(None, (entry.said(f"BkTxCd/{path}") for path in _CODES))) or None, 40),
        return_reason=_cut(part.said("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"), 35),
        charges_minor=sum(
            minor_of(each.text.strip(), (currency.attributes.get("Ccy", "") if currency else ""), "Chrgs")
            for each in charges
        ),
    )


_CODES: Final = ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd", "Prtry/Cd")


def _amount(node: Node, path: str, place: str) -> tuple[int, str]:
    found = node.first(path)
    if found is None:
        raise unreadable(f"{place} 缺少金额", f"{place} has no amount")
    currency = found.attributes.get("Ccy", "")
    return minor_of(found.text.strip(), currency, place), currency


def _credit(node: Node, place: str) -> bool:
    said = node.said("CdtDbtInd")
    if said not in ("CRDT", "DBIT"):
        raise unreadable(f"{place} 缺少借贷标志", f"{place} does not say whether it is a credit or a debit")
    return said == "CRDT"


def _told(text: str | None, what: str) -> str:
    if text is None or len(text) > TEXT_MAX:
        raise unreadable(f"缺少 {what}", f"{what} is missing")
    return text


def _cut(text: str | None, most: int) -> str | None:
    return None if text is None else text[:most]
