"""Asking the gates about a product, keeping their answers, and the refusal that they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.errors import DomainError
from kernel.rules.policy import Policy
from kernel.time.clock import day_in_china
from market.listings import evidence, rules
from market.listings.errors import REFUSALS
from market.listings.models import Listing
from market.listings.rules import Evidence, Gates
from market.listings.schemas import GatesView
from rights.classification import sheets
from rights.classification.errors import ClassificationMissing
from rights.classification.gates import Answer
from rights.classification.policy import POLICY as CLASSIFICATION
from rights.classification.policy import Terms
from rights.title.refusals import refuse
from rights.title.rules import RULE_OF, Finding


@dataclass(frozen=True, slots=True)
class Asked:
    """What the gates said of a product, what they looked at, and the policies that they were asked with."""

    known: Evidence
    answers: tuple[Answer, ...]
    policy: Policy[Gates]
    terms: Policy[Terms]

    @property
    def against(self) -> list[Answer]:
        """The answers that keep the product off the shelf."""
        return rules.refusals(self.answers)


async def ask(session: AsyncSession, row: Listing, at: datetime) -> Asked:
    """Ask every gate as things stand now; nothing is changed and nothing raised."""
    day = day_in_china(at)
    policy, terms = rules.GATES.at(day), CLASSIFICATION.at(day)
    known = await evidence.gather(session, row, at)
    return Asked(known, rules.gate_answers(known, policy.body, terms.body, at), policy, terms)


async def passing(session: AsyncSession, row: Listing, at: datetime) -> None:
    """Ask the gates and keep their answers; raises the refusal of the first that refuses, listing all that do."""
    asked = await ask(session, row, at)
    if asked.against:
        raise refusal(asked)
    await keep(session, row, asked, at)


async def keep(session: AsyncSession, row: Listing, asked: Asked, at: datetime) -> None:
    """Keep the answers with the product, and once for good."""
    if asked.known.certificate is not None:
        row.certificate_id = asked.known.certificate.id
    if asked.known.score is not None:
        row.scorecard_id = asked.known.score.id
    view = GatesView(at=at, policy=asked.policy.ref, classification_policy=asked.terms.ref, answers=list(asked.answers))
    row.gates = msgspec.to_builtins(view)
    await sheets.keep(session, row.id, row.asset_id, "listing", asked.answers, asked.terms.ref, at=at)


def refusal(asked: Asked) -> DomainError:
    """The refusal of the first gate that refuses; one that had nothing to look at comes after those that had."""
    told = [answer for answer in asked.against if answer.outcome != "not_assessed"] or asked.against
    first, listed = told[0].rule, [answer.fault for answer in asked.against]
    if first in RULE_OF.values():
        findings = _first_by_rule(asked, first)
        return refuse(findings, listed, "/licence")
    if told[0].outcome == "not_assessed" and asked.known.register.declared is None:
        return ClassificationMissing(errors=listed)
    return REFUSALS[first](errors=listed)


def _first_by_rule(asked: Asked, rule: str) -> Sequence[Finding]:
    """The findings on the title, those of the cited rule first."""
    findings = asked.known.title or ()
    return sorted(findings, key=lambda finding: RULE_OF[finding.kind] != rule)
