"""Turning findings into the refusal that cites the rule."""

from collections.abc import Sequence

from kernel.errors import DomainError, FieldError
from kernel.text import Text
from rights.grants.box import Violation
from rights.title import errors
from rights.title.rules import RULE_OF, Finding, FindingKind


def refuse(findings: Sequence[Finding]) -> DomainError:
    """The refusal for the first finding, listing the violated sides of all."""
    first = findings[0]
    listed = [fault for finding in findings for fault in _faults(finding)]
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


def _faults(finding: Finding) -> list[FieldError]:
    return [
        FieldError(f"/terms/{violation.dimension}", _said(violation), RULE_OF[finding.kind])
        for violation in finding.violations
    ]


def _said(violation: Violation) -> Text:
    wanted, held = ", ".join(violation.wanted) or "-", ", ".join(violation.held) or "-"
    return Text(f"申请：{wanted}；所持：{held}", f"wanted {wanted}; held {held}")
