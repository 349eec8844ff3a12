"""pain.002, what a bank says of a pain.001: whether each payment was taken, settled or rejected, and why."""

from dataclasses import dataclass
from typing import Final

from kernel.text import Text
from market.banking.reading.errors import StatementUnreadable
from market.banking.reading.tree import parsed
from market.payouts.errors import ReportUnreadable

_NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.002.001."
ACCEPTED: Final = frozenset({"ACTC", "ACCP", "ACSP", "ACWC", "PDNG", "RCVD"})
SETTLED: Final = frozenset({"ACSC", "ACCC"})
REJECTED: Final = "RJCT"


@dataclass(frozen=True, slots=True)
class ReportedStatus:
    """What was said of one payment, or of the whole where it names none."""

    payout_id: str | None
    status: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """A report about one batch."""

    batch_id: str
    said: tuple[ReportedStatus, ...]


def read(raw: bytes) -> StatusReport:
    """Read a pain.002, of whichever version; raises ReportUnreadable."""
    try:
        namespace, root = parsed(raw)
    except StatementUnreadable as problem:
        raise ReportUnreadable(reason=problem.facts["reason"]) from problem
    report = root.first("CstmrPmtStsRpt")
    batch = report and report.said("OrgnlGrpInfAndSts/OrgnlMsgId")
    if not namespace.startswith(_NAMESPACE) or report is None or not batch:
        raise ReportUnreadable(reason=Text("不是 pain.002，或未写明原批次", "it is no pain.002, or names no batch"))
    whole = report.said("OrgnlGrpInfAndSts/GrpSts")
    reason = report.said("OrgnlGrpInfAndSts/StsRsnInf/Rsn/Cd", "OrgnlGrpInfAndSts/StsRsnInf/Rsn/Prtry")
    said = [] if whole is None or whole == "PART" else [ReportedStatus(None, whole, reason)]
    for each in report.all("OrgnlPmtInfAndSts/TxInfAndSts"):
        status, named = each.said("TxSts"), each.said("OrgnlEndToEndId")
        if status and named:
            said.append(ReportedStatus(named, status, each.said("StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry")))
    return StatusReport(batch[:64], tuple(said))
