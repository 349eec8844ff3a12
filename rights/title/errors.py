"""Refusals of title: the violated edge and side, the field that is taken, the remark, the upstream, the co-holders."""

from collections.abc import Sequence
from typing import Final

from kernel.errors import Conflict, DomainError, FieldError, Unprocessable
from kernel.text import Text
from rights.grants.box import Dimension, Violation
from rights.title.rules import RULE_OF, Finding, FindingKind


class GrantExceedsTitle(Unprocessable):
    """Nobody grants more than they hold: an edge of the chain does not hold, and its violated sides are listed."""

    title = Text("授权超出所持权利", "The grant exceeds the title")
    detail = Text(
        "权利链第 {edge} 环不成立：{dimensions}。",
        "Edge {edge} of the chain of title does not hold: {dimensions}.",
    )
    rule = "LT-TTL-02"


class ExclusiveFieldTaken(Conflict):
    """A grant stands in the same field, and one of the two wants it alone."""

    title = Text("该领域已有排他授权或授权冲突", "The field is taken")
    detail = Text(
        "与在效授权 {against} 的范围重叠，而其中一方为独占或排他。",
        "It overlaps the standing grants {against}, and one side is sole or exclusive.",
    )
    rule = "LT-TTL-03"


class RightRemarked(Conflict):
    """A remark on the right blocks the act, or its condition is not kept."""

    title = Text("权利备注限制该行为", "A remark on the right stands in the way")
    detail = Text("备注 {against} 限制该行为：{dimensions}。", "The remark {against} stands against it: {dimensions}.")
    rule = "LT-TTL-04"


class UpstreamExceeded(Unprocessable):
    """The data it is made from was not granted for this."""

    title = Text("超出上游授权", "The upstream grant does not reach this far")
    detail = Text(
        "上游数据 {asset} 的授权不足：{dimensions}。",
        "The grant over the upstream data {asset} does not reach this far: {dimensions}.",
    )
    rule = "LT-TTL-05"


class LineageFaulty(Unprocessable):
    """The declared source cannot be: unknown kind, the asset itself, made from its own product, or told already."""

    title = Text("来源链声明有误", "The declared lineage cannot be")
    rule = "LT-TTL-06"


class RoyaltiesExceed(Unprocessable):
    """What a product owes to all its sources together is at most what it earns."""

    title = Text("分成比例合计超过百分之百", "The royalties come to more than the whole")
    detail = Text(
        "产品 {asset} 已承担 {owed}，再承担 {rate} 将超过 1；请与来源方另行约定。",
        "The product {asset} owes {owed} already; {rate} more is above 1. Agree on less with one of the sources.",
    )
    rule = "LT-TTL-14"


class SharesFaulty(Unprocessable):
    """The co-holders' shares do not make up the title; all faults are listed."""

    title = Text("共有份额有误", "The shares have faults")
    rule = "LT-TTL-07"


class HoldersMustConsent(Conflict):
    """The title is held in shares, and such an act needs every co-holder's consent."""

    title = Text("须经全体共有人同意", "Every co-holder must consent")
    detail = Text(
        "独占、排他授权、转让和担保须经全体共有人同意，尚缺：{against}。",
        "An exclusive grant, a transfer or a security needs every co-holder's consent; missing: {against}.",
    )
    rule = "LT-TTL-08"


class RemarkFaulty(Unprocessable):
    """The remark lacks what its kind needs, or brings what its kind does not take; all faults are listed."""

    title = Text("备注事项有误", "The remark has faults")
    rule = "LT-TTL-09"


class NotYoursToGrant(Conflict):
    """The party does not hold the grant that it would grant from, give up or transfer."""

    title = Text("本方不持有该授权", "Your party does not hold this grant")
    detail = Text("授权 {grant} 不由 {party} 持有。", "The grant {grant} is not held by {party}.")
    rule = "LT-TTL-10"


class TitlePassesByRegistration(Conflict):
    """A registered title has a certificate and passes only together with it."""

    title = Text("登记权利须经转让登记转让", "A registered title passes by registration")
    detail = Text(
        "{grant} 是登记权利，须由转让方和受让方共同申请转让登记，随证书一并转让。",
        "{grant} is a registered title: it passes with its certificate, by a registration that both sides apply for.",
    )
    rule = "LT-TTL-12"


class TitleHeldByOther(Conflict):
    """Another party holds the registered title of this asset."""

    title = Text("该数据的登记权利由他人持有", "Another party holds the registered title")
    detail = Text("数据 {asset} 的登记权利人为 {holder}。", "The registered holder of {asset} is {holder}.")
    rule = "LT-TTL-10"


SIDES: Final[dict[Dimension, Text]] = {
    Dimension.VOCABULARY: Text("词汇版本", "vocabulary"),
    Dimension.RIGHT: Text("权利", "right"),
    Dimension.ACTION: Text("行为", "action"),
    Dimension.PURPOSE: Text("用途", "purpose"),
    Dimension.TERRITORY: Text("地域", "territory"),
    Dimension.TERM: Text("期限", "term"),
    Dimension.RECIPIENT: Text("接收者", "recipient"),
    Dimension.ENVIRONMENT: Text("环境", "environment"),
    Dimension.DEPTH: Text("转授次数", "depth"),
    Dimension.EXCLUSIVITY: Text("独占排他", "exclusivity"),
    Dimension.VOLUME: Text("用量", "volume"),
    Dimension.STATUS: Text("效力", "status"),
}
"""The sides of a grant as people read them."""


def refuse(findings: Sequence[Finding], more: Sequence[FieldError] = (), pointer: str = "/terms") -> DomainError:
    """The refusal for the first finding, listing the violated sides of all, and what else stands against it."""
    first = findings[0]
    listed = [*(fault for finding in findings for fault in _faults(finding, pointer)), *more]
    dimensions = [str(violation.dimension) for violation in first.violations]
    match first.kind:
        case FindingKind.CHAIN:
            edge = {"edge": first.edge, "from_grant": first.from_id, "to_grant": first.to_id}
            return GrantExceedsTitle(errors=listed, dimensions=dimensions, **edge)
        case FindingKind.EXCLUSIVE:
            return ExclusiveFieldTaken(errors=listed, against=list(first.against))
        case FindingKind.REMARK:
            return RightRemarked(errors=listed, against=list(first.against), dimensions=dimensions or ["act"])
        case FindingKind.UPSTREAM:
            return UpstreamExceeded(errors=listed, asset=first.asset_id, dimensions=dimensions or ["act"])
        case FindingKind.CONSENT:
            return HoldersMustConsent(errors=listed, against=list(first.against))


def explained(finding: Finding) -> Text:
    """A reason in words: the edge or what stands against the wish, and each violated side."""
    problem = refuse([finding])
    sides = [_explained(violation) for violation in finding.violations]
    zh, en = problem.detail.of("zh", **problem.facts), problem.detail.of("en", **problem.facts)
    return Text("；".join([zh.rstrip("。"), *(side.zh for side in sides)]), "; ".join([en, *(s.en for s in sides)]))


def _faults(finding: Finding, pointer: str) -> list[FieldError]:
    return [
        FieldError(f"{pointer}/{violation.dimension}", _explained(violation), RULE_OF[finding.kind])
        for violation in finding.violations
    ]


def _explained(violation: Violation) -> Text:
    side = SIDES[violation.dimension]
    wanted, held = ", ".join(violation.wanted) or "-", ", ".join(violation.held) or "-"
    return Text(f"{side.zh}：申请 {wanted}，所持 {held}", f"{side.en}: wanted {wanted}, held {held}")
