"""pain.001, the order to a bank to pay: versions 03 and 09, the same bytes for the same batch.

No schema looks at sums, digits or doubles, so they are looked at here before a byte is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

from kernel.money import EXPONENTS, Money
from kernel.time.clock import timestamp

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:"
ID_LENGTH_MAX: Final = 35
NAME_LENGTH_MAX: Final = 70
TEXT_LENGTH_MAX: Final = 140


@dataclass(frozen=True, slots=True)
class Side:
    """Who pays or is paid: the name, the account, and its bank by CNAPS number or BIC."""

    name: str
    number: str
    bank_code: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment of a batch."""

    payout_id: str
    money: Money
    payee: Side
    text: str


@dataclass(frozen=True, slots=True)
class Order:
    """A batch as the bank is told of it."""

    batch_id: str
    form: str
    made_at: datetime
    execution_on: date
    payer: Side
    currency: str
    transfers: tuple[Transfer, ...]


def require(order: Order) -> None:
    """Raise ValueError for what a bank's schema takes and a bank does not: doubles, long ids, amounts of no worth."""
    named = [each.payout_id for each in order.transfers]
    if not named or len(set(named)) != len(named):
        raise ValueError("a batch pays at least one payout, and each once")
    if any(len(each) > ID_LENGTH_MAX for each in (order.batch_id, *named)):
        raise ValueError(f"ids have {ID_LENGTH_MAX} characters at most")
    if any(each.money.currency != order.currency or each.money.minor <= 0 for each in order.transfers):
        raise ValueError("every amount is positive and in the batch's currency")


def rendered(order: Order) -> bytes:
    """The file; raises ValueError as `require` does, and KeyError for a form that is not rendered here."""
    require(order)
    later = {"pain.001.001.03": False, "pain.001.001.09": True}[order.form]
    total = _amount(sum(each.money.minor for each in order.transfers), order.currency)
    count = str(len(order.transfers))
    day = f"<Dt>{order.execution_on.isoformat()}</Dt>" if later else order.execution_on.isoformat()
    head = (
        f"<GrpHdr><MsgId>{order.batch_id}</MsgId><CreDtTm>{timestamp(order.made_at)}</CreDtTm><NbOfTxs>{count}</NbOfTxs>"
        f"<CtrlSum>{total}</CtrlSum><InitgPty><Nm>{_text(order.payer.name, NAME_LENGTH_MAX)}</Nm></InitgPty></GrpHdr>"
    )
    payment = (
        f"<PmtInf><PmtInfId>{order.batch_id}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>"
        f"<NbOfTxs>{count}</NbOfTxs><CtrlSum>{total}</CtrlSum><ReqdExctnDt>{day}</ReqdExctnDt>"
        f"<Dbtr><Nm>{_text(order.payer.name, NAME_LENGTH_MAX)}</Nm></Dbtr>"
        f"<DbtrAcct>{_account(order.payer)}<Ccy>{order.currency}</Ccy></DbtrAcct>"
        f"<DbtrAgt>{_bank(order.payer, later)}</DbtrAgt><ChrgBr>SLEV</ChrgBr>"
    )
    transfers = "".join(_transfer(each, later) for each in order.transfers)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}{order.form}"><CstmrCdtTrfInitn>'
        f"{head}{payment}{transfers}</PmtInf></CstmrCdtTrfInitn></Document>\n"
    ).encode()


def _transfer(transfer: Transfer, later: bool) -> str:
    money = transfer.money
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{transfer.payout_id}</EndToEndId></PmtId>"
        f'<Amt><InstdAmt Ccy="{money.currency}">{_amount(money.minor, money.currency)}</InstdAmt></Amt>'
        f"<CdtrAgt>{_bank(transfer.payee, later)}</CdtrAgt>"
        f"<Cdtr><Nm>{_text(transfer.payee.name, NAME_LENGTH_MAX)}</Nm></Cdtr>"
        f"<CdtrAcct>{_account(transfer.payee)}</CdtrAcct>"
        f"<RmtInf><Ustrd>{_text(transfer.text, TEXT_LENGTH_MAX)}</Ustrd></RmtInf></CdtTrfTxInf>"
    )


def _account(side: Side) -> str:
    if side.bank_code.isdecimal():
        return f"<Id><Othr><Id>{_text(side.number, 34)}</Id></Othr></Id>"
    return f"<Id><IBAN>{_text(side.number, 34)}</IBAN></Id>"


def _bank(side: Side, later: bool) -> str:
    if side.bank_code.isdecimal():
        member = f"<ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>{side.bank_code}</MmbId>"
        return f"<FinInstnId><ClrSysMmbId>{member}</ClrSysMmbId></FinInstnId>"
    name = "BICFI" if later else "BIC"
    return f"<FinInstnId><{name}>{side.bank_code}</{name}></FinInstnId>"


def _amount(minor: int, currency: str) -> str:
    exponent = EXPONENTS[currency]
    return f"{Money(minor, currency).decimal:.{exponent}f}"


def _text(text: str, most: int) -> str:
    """What XML can hold of a text, cut to what the standard allows."""
    return escape("".join(each for each in text if each.isprintable())[:most])


def lines_of(order: Order) -> Sequence[str]:
    """A batch as its officers approve it: each payment in a line, from which its digest is made."""
    head = f"{order.batch_id} {order.currency} {order.execution_on.isoformat()} {order.payer.number}"
    return [
        head,
        *(
            f"{each.payout_id} {each.money} {each.payee.name} {each.payee.number} {each.payee.bank_code}"
            for each in order.transfers
        ),
    ]
