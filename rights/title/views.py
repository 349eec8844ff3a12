"""Title for the wire; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import msgspec

from kernel.rules import rulebook
from kernel.rules.bases import basis_text
from kernel.views.projection import shown
from rights.grants.box import Grant, stored
from rights.title import policy
from rights.title.models import AssetLineage, TitleGrant, TitleRemark
from rights.title.rules import RULE_OF, Finding, Link
from rights.title.schemas import (
    CitedRule,
    EdgeView,
    FindingView,
    GrantView,
    LineageView,
    LinkView,
    RemarkView,
    ShareView,
    TitleAnswer,
    ViolationView,
)
from rights.title.states import GrantState, RemarkState


def grant_view(row: TitleGrant, *, then: datetime | None = None, parent: str | None = None) -> GrantView:
    """A link of the chain, or as it stood at a moment when it had not ended, on the link it hung on."""
    active = row.status if then is None or row.status_changed_at <= then else GrantState.ACTIVE
    links = {"parent_id": parent or row.parent_id, "terms": row.box, "terms_sha256": row.box_sha256}
    return shown(row, GrantView, status=str(active), **links)


def remark_view(row: TitleRemark, *, then: datetime | None = None) -> RemarkView:
    """A remark with what its kind blocks, or as it stood at a moment when it had not been released."""
    entered = row.status if then is None or row.status_changed_at <= then else RemarkState.ENTERED
    kinds = {kind.code: kind for kind in policy.remarks().version(row.policy_version).body.remark}
    kind = kinds[row.kind]
    label, blocks = {"zh": kind.zh, "en": kind.en}, [str(act) for act in kind.blocks]
    return shown(row, RemarkView, label=label, blocks=blocks, status=str(entered))


def lineage_view(row: AssetLineage) -> LineageView:
    """One source of an asset."""
    return shown(row, LineageView)


def share_views(shares: Mapping[str, Fraction]) -> list[ShareView]:
    """Co-holders in the order of their entry."""
    return [ShareView(party, share.numerator, share.denominator) for party, share in shares.items()]


def answer_view(
    asset_id: str, holder: str, act: str, wanted: Grant, chain: Sequence[Link], findings: Iterable[Finding], on: date
) -> TitleAnswer:
    """The answer to a wish, each reason with its rule."""
    reasons = [_finding(finding, on) for finding in findings]
    links = [LinkView(link.id, link.grantor, link.grantee, "active" if link.active else "ended") for link in chain]
    terms: dict[str, Any] = stored(wanted)
    return TitleAnswer(not reasons, asset_id, holder, act, terms, links, reasons)


def _finding(finding: Finding, on: date) -> FindingView:
    rule = rulebook.in_force(on).cite(RULE_OF[finding.kind])
    assert rule is not None
    edge = None if finding.edge is None else EdgeView(finding.edge, finding.from_id, finding.to_id)
    return FindingView(
        kind=str(finding.kind),
        asset_id=finding.asset_id,
        edge=edge,
        violations=msgspec.convert(msgspec.to_builtins(finding.violations), list[ViolationView]),
        against=list(finding.against),
        rule=CitedRule(rule.id, rule.zh, rule.en, rule.basis, basis_text(rule.basis)),
    )
