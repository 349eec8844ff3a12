"""Which entries of the log concern issued reports, and in what way; pure."""

from typing import Final, Literal

from kernel.text import Text

Cause = Literal["scorecard", "drift", "objection", "right", "trade", "comparable"]

CAUSES: Final[dict[str, Text]] = {
    "scorecard": Text("新的质量评分", "a new scorecard"),
    "drift": Text("数据分布漂移或结构变化", "drift or a changed schema"),
    "objection": Text("权利异议", "an objection to the right"),
    "right": Text("登记证书终止或更替", "a certificate that ended or was replaced"),
    "trade": Text("该资产成交", "a trade of the asset"),
    "comparable": Text("新的可比案例", "a new comparable"),
}
"""Why a report is computed anew, in words."""

ENTRIES: Final[dict[str, Cause]] = {
    "kernel.quality-scorecard.issued": "scorecard",
    "valuation.quality-watch.drifted": "drift",
    "valuation.quality-watch.schema_changed": "drift",
    "rights.objection.investigated": "objection",
    "rights.objection.told": "objection",
    "rights.objection.upheld": "objection",
    "rights.objection.dismissed": "objection",
    "rights.objection.withdrawn": "objection",
    "rights.objection.referred": "objection",
    "rights.objection.settled": "objection",
    "rights.objection.raised": "objection",
    "rights.certificate.in_force": "right",
    "rights.certificate.replaced": "right",
    "rights.certificate.cancelled": "right",
    "rights.certificate.revoked": "right",
    "rights.certificate.expired": "right",
    "valuation.comparable.admitted": "comparable",
    "valuation.comparables.imported": "comparable",
}
"""Kinds of entries that are looked at; every other passes by."""
