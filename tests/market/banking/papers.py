"""Statements as banks write them, built here by hand and not by what reads them."""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

ACCOUNT = "6222020000000000000"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."


def two(minor: int) -> str:
    """Minor units as a bank writes them."""
    return f"{minor // 100}.{minor % 100:02d}"


@dataclass
class Line:
    """One entry of a statement, or one payment of a batch."""

    minor: int
    credit: bool = True
    reference: str | None = "B1"
    text: str = ""
    name: str = ""
    account: str = ""
    end_to_end: str = "NOTPROVIDED"
    status: str = "BOOK"
    reversal: bool = False
    returned: str | None = None
    parts: list["Line"] = field(default_factory=list)
    day: str = "2026-11-23"
    currency: str = "CNY"

    @property
    def signed(self) -> int:
        return self.minor if self.credit else -self.minor


def camt(
    lines: list[Line],
    *,
    opening: int = 0,
    closing: int | None = None,
    version: str = "08",
    number: str = "ST-1",
    sequence: int | None = 1,
    account: str = ACCOUNT,
    currency: str = "CNY",
    head: str = "",
) -> bytes:
    """A camt.053 file; the closing balance is right unless another is given."""
    booked = sum(line.signed for line in lines if line.status == "BOOK")
    shut = opening + booked if closing is None else closing
    numbered = f"<ElctrncSeqNb>{sequence}</ElctrncSeqNb>" if sequence else ""
    balances = "".join(_balance(code, minor, currency) for code, minor in (("OPBD", opening), ("CLBD", shut)))
    entries = "".join(_entry(line, version) for line in lines)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<Document xmlns="{NAMESPACE}{version}"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-23T18:00:00+08:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{number}</Id>{numbered}<CreDtTm>2026-11-23T18:00:00+08:00</CreDtTm>"
        f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>{currency}</Ccy></Acct>{balances}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, minor: int, currency: str) -> str:
    sign = "CRDT" if minor >= 0 else "DBIT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{two(abs(minor))}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>"
    )


def _entry(line: Line, version: str) -> str:
    status = f"<Sts><Cd>{line.status}</Cd></Sts>" if version == "08" else f"<Sts>{line.status}</Sts>"
    sign = "CRDT" if line.credit else "DBIT"
    reversal = "<RvslInd>true</RvslInd>" if line.reversal else ""
    reference = f"<AcctSvcrRef>{line.reference}</AcctSvcrRef>" if line.reference else ""
    parts = "".join(_part(part, version, batch=bool(line.parts)) for part in line.parts or [line])
    return (
        f'<Ntry><Amt Ccy="{line.currency}">{two(line.minor)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{reversal}{status}'
        f"<BookgDt><Dt>{line.day}</Dt></BookgDt><ValDt><Dt>{line.day}</Dt></ValDt>{reference}"
        f"<BkTxCd><Prtry><Cd>TRF</Cd></Prtry></BkTxCd><NtryDtls>{parts}</NtryDtls></Ntry>"
    )


def _part(part: Line, version: str, *, batch: bool) -> str:
    amount = ""
    if batch and version == "08":
        sign = "CRDT" if part.credit else "DBIT"
        amount = f'<Amt Ccy="{part.currency}">{two(part.minor)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>'
    elif batch:
        amount = f'<AmtDtls><TxAmt><Amt Ccy="{part.currency}">{two(part.minor)}</Amt></TxAmt></AmtDtls>'
    other = "Dbtr" if part.credit else "Cdtr"
    name = f"<Nm>{escape(part.name)}</Nm>"
    party = f"<{other}><Pty>{name}</Pty></{other}>" if version == "08" else f"<{other}>{name}</{other}>"
    account = f"<{other}Acct><Id><Othr><Id>{part.account}</Id></Othr></Id></{other}Acct>" if part.account else ""
    parties = f"<RltdPties>{party}{account}</RltdPties>" if part.name else ""
    halves = (part.text[:5], part.text[5:])
    text = "".join(f"<Ustrd>{escape(half)}</Ustrd>" for half in halves if half)
    remittance = f"<RmtInf>{text}</RmtInf>" if text else ""
    returned = f"<RtrInf><Rsn><Cd>{part.returned}</Cd></Rsn></RtrInf>" if part.returned else ""
    refs = f"<Refs><EndToEndId>{part.end_to_end}</EndToEndId></Refs>"
    return f"<TxDtls>{refs}{amount}{parties}{remittance}{returned}</TxDtls>"
