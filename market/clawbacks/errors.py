"""Refusals of clawbacks."""

from kernel.errors import Conflict, Forbidden
from kernel.text import Text


class WriteOffAboveOwed(Conflict):
    """No more is written off than is owed."""

    title = Text("核销金额超过欠付", "More than is owed")
    detail = Text("{party} 现欠付 {owed}，拟核销 {asked}。", "{party} owes {owed}; {asked} was to be written off.")
    rule = "LT-CLB-02"


class WriteOffApproverNotIndependent(Forbidden):
    """Whoever proposed to write off does not approve it."""

    title = Text("须由另一名人员审批", "Somebody else has to approve")
    detail = Text("该核销由 {proposer} 提出，审批人须为另一人。", "{proposer} proposed it; another person approves.")
    rule = "LT-CLB-02"
