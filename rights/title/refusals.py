"""Turning findings into the refusal that cites the rule."""

from collections.abc import Sequence
from typing import Final

from kernel.errors import DomainError, FieldError
from kernel.text import Text
from rights.grants.box import Dimension, Violation
from rights.title import errors
from rights.title.rules import RULE_OF, Finding, FindingKind

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
            return errors.GrantExceedsTitle(errors=listed, dimensions=dimensions, **edge)
        case FindingKind.EXCLUSIVE:
            return errors.ExclusiveFieldTaken(errors=listed, against=list(first.against))
        case FindingKind.REMARK:
            return errors.RightRemarked(errors=listed, against=list(first.against), dimensions=dimensions or ["act"])
        case FindingKind.UPSTREAM:
            return errors.UpstreamExceeded(errors=listed, asset=first.asset_id, dimensions=dimensions or ["act"])
        case FindingKind.CONSENT:
            return errors.HoldersMustConsent(errors=listed, against=list(first.against))


def said(finding: Finding) -> Text:
    """A reason in words: the edge or what stands against the wish, and each violated side."""
    problem = refuse([finding])
    sides = [_said(violation) for violation in finding.violations]
    zh, en = problem.detail.of("zh", **problem.facts), problem.detail.of("en", **problem.facts)
    return Text("；".join([zh.rstrip("。"), *(side.zh for side in sides)]), "; ".join([en, *(s.en for s in sides)]))


def _faults(finding: Finding, pointer: str) -> list[FieldError]:
    return [
        FieldError(f"{pointer}/{violation.dimension}", _said(violation), RULE_OF[finding.kind])
        for violation in finding.violations
    ]


def _said(violation: Violation) -> Text:
    side = SIDES[violation.dimension]
    wanted, held = ", ".join(violation.wanted) or "-", ", ".join(violation.held) or "-"
    return Text(f"{side.zh}：申请 {wanted}，所持 {held}", f"{side.en}: wanted {wanted}, held {held}")
