"""Asking the gates about a product, keeping their answers, and the refusal that they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.errors import DomainError
from kernel.rules.policy import Policy
from kernel.time.clock import day_in_china
from market.listings import evidence, queries, rules
from market.listings.errors import REFUSALS, ListingUnavailable
from market.listings.models import Listing
from market.listings.rules import Evidence, Gates
from market.listings.schemas import GatesView
from rights.classification import sheets
from rights.classification.errors import ClassificationMissing
from rights.classification.gates import Answer
from rights.classification.policy import POLICY as CLASSIFICATION
from rights.classification.policy import Terms
from rights.title.errors import refuse
from rights.title.rules import RULE_OF, Finding


@dataclass(frozen=True, slots=True)
class GateReview:
    """What the gates said of a product, what they looked at, and the policies that they were asked with."""

    evidence: Evidence
    answers: tuple[Answer, ...]
    policy: Policy[Gates]
    terms: Policy[Terms]

    @property
    def against(self) -> list[Answer]:
        """The answers that keep the product off the shelf."""
        return rules.refusals(self.answers)


async def ask(session: AsyncSession, row: Listing, at: datetime) -> GateReview:
    """Ask every gate as things stand now; nothing is changed and nothing raised."""
    day = day_in_china(at)
    policy, terms = rules.GATES.at(day), CLASSIFICATION.at(day)
    facts = await evidence.gather(session, row, at)
    return GateReview(facts, rules.gate_answers(facts, policy.body, terms.body, at), policy, terms)


async def gates_now(act: Act, listing_id: str) -> GatesView:
    """What every gate says of a product now, for its provider and the offices; raises ListingUnavailable."""
    row = await queries.visible(act, listing_id)
    if not queries.AUDIENCE.admits(act.actor, row.provider):
        raise ListingUnavailable(id=listing_id)
    return _view(await ask(act.session, row, act.at), act.at)


def _view(review: GateReview, at: datetime) -> GatesView:
    answers = list(review.answers)
    return GatesView(at=at, policy=review.policy.ref, classification_policy=review.terms.ref, answers=answers)


async def require_gates(session: AsyncSession, row: Listing, at: datetime) -> None:
    """Ask the gates and keep their answers; raises the refusal of the first that refuses, listing all that do."""
    review = await ask(session, row, at)
    if review.against:
        raise refusal(review)
    await keep(session, row, review, at)


async def keep(session: AsyncSession, row: Listing, review: GateReview, at: datetime) -> None:
    """Keep the answers with the product, and once for good."""
    if review.evidence.certificate is not None:
        row.certificate_id = review.evidence.certificate.id
    if review.evidence.score is not None:
        row.scorecard_id = review.evidence.score.id
    note_lapse(row, review, at)
    row.gates = msgspec.to_builtins(_view(review, at))
    await sheets.keep(session, row.id, row.asset_id, "listing", review.answers, review.terms.ref, at=at)


def note_lapse(row: Listing, review: GateReview, at: datetime) -> None:
    """Keep until when the answers are good; what is held is looked at again on the next day."""
    today = day_in_china(at)
    if review.against:
        row.look_again_on, row.lapses_rule = today + timedelta(days=1), None
    else:
        row.look_again_on, row.lapses_rule = rules.next_lapse(review.evidence, review.policy.body, today)


def refusal(review: GateReview) -> DomainError:
    """The refusal of the first gate that refuses; one that had nothing to look at comes after those that had."""
    assessed = [answer for answer in review.against if answer.outcome != "not_assessed"] or review.against
    first, listed = assessed[0].rule, [answer.fault for answer in review.against]
    if first in RULE_OF.values():
        findings = _first_by_rule(review, first)
        return refuse(findings, listed, "/licence")
    if assessed[0].outcome == "not_assessed" and review.evidence.register.declared is None:
        return ClassificationMissing(errors=listed)
    return REFUSALS[first](errors=listed)


def _first_by_rule(review: GateReview, rule: str) -> Sequence[Finding]:
    """The findings on the title, those of the cited rule first."""
    findings = review.evidence.title or ()
    return sorted(findings, key=lambda finding: RULE_OF[finding.kind] != rule)
