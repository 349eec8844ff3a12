"""Title for the wire; pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import msgspec

from kernel.rules import rulebook
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
    return GrantView(
        id=row.id,
        asset_id=row.asset_id,
        parent_id=parent or row.parent_id,
        grantor_id=row.grantor_id,
        grantee_id=row.grantee_id,
        certificate_id=row.certificate_id,
        source=row.source,
        reference=row.reference,
        terms=row.box,
        terms_sha256=row.box_sha256,
        status=str(active),
        created_at=row.created_at,
    )


def remark_view(row: TitleRemark, *, then: datetime | None = None) -> RemarkView:
    """A remark with what its kind blocks, or as it stood at a moment when it had not been released."""
    entered = row.status if then is None or row.status_changed_at <= then else RemarkState.ENTERED
    kinds = {kind.code: kind for kind in policy.remarks().version(row.policy_version).body.remark}
    kind = kinds[row.kind]
    return RemarkView(
        id=row.id,
        asset_id=row.asset_id,
        kind=row.kind,
        label={"zh": kind.zh, "en": kind.en},
        blocks=[str(act) for act in kind.blocks],
        condition=row.condition,
        priority=row.priority,
        beneficiary_id=row.beneficiary_id,
        basis=row.basis,
        until=row.until,
        status=str(entered),
        created_at=row.created_at,
    )


def lineage_view(row: AssetLineage) -> LineageView:
    """One source of an asset."""
    return LineageView(row.child_id, row.parent_id, row.kind, row.grant_id, row.basis, row.created_at)


def share_views(shares: Mapping[str, Fraction]) -> list[ShareView]:
    """Co-holders in the order of their entry."""
    return [ShareView(party, share.numerator, share.denominator) for party, share in shares.items()]


def answer_view(
    asset_id: str, holder: str, act: str, wanted: Grant, chain: Sequence[Link], findings: Iterable[Finding], on: date
) -> TitleAnswer:
    """The answer to a wish, each reason with its rule."""
    shown = [_finding(finding, on) for finding in findings]
    links = [LinkView(link.id, link.grantor, link.grantee, "active" if link.active else "ended") for link in chain]
    terms: dict[str, Any] = stored(wanted)
    return TitleAnswer(not shown, asset_id, holder, act, terms, links, shown)


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
        rule=CitedRule(rule.id, rule.zh, rule.en, rule.basis),
    )
