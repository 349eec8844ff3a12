"""The licence as a wish on the chain of title: the same acts in the words of grants, with a term of days; pure.

The vocabulary of licences is released together with the words of grants, under one version, and uses their codes.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from contracts.policy.rules import vocabularies
from contracts.policy.schemas import Policy
from rights.grants.box import Grant
from rights.grants.parsing import read
from rights.grants.schemas import GrantTerms
from rights.grants.vocabulary import ANYONE, words
from rights.terms import Right
from rights.title.rules import party_term


def rights_of(licence: Policy) -> tuple[Right, ...]:
    """The rights that a licence's actions exercise (持有、使用、经营)."""
    return words(licence.vocabulary).rights_of(licence.actions)


def last_day(licence: Policy, in_force_on: date) -> date:
    """The last day that a licence can have: settled as late as its agreement allows, and then its whole term."""
    vocabulary = vocabularies().version(licence.vocabulary).body
    return in_force_on + timedelta(days=vocabulary.performance_days_max + licence.term_days)


def terms(licence: Policy, starts: date, last: date, recipients: Sequence[str]) -> GrantTerms:
    """A licence as the terms of a grant."""
    return GrantTerms(
        rights=list(rights_of(licence)),
        purposes=list(licence.purposes),
        territory=list(licence.territory),
        starts=starts,
        ends=last + timedelta(days=1),
        recipients=list(recipients),
        environments=list(licence.environments),
        actions=list(licence.actions),
        depth=licence.delegation_depth,
        exclusivity=licence.exclusivity,
        rows_max=licence.rows_max,
        calls_max=licence.calls_max,
    )


def granted(licence: Policy, on: date, buyer: str) -> GrantTerms:
    """What an agreement in force since a day grants: to its buyer, or to whomever that may pass it on to."""
    recipients = [ANYONE if licence.delegation_depth else party_term(buyer)]
    return terms(licence, on, last_day(licence, on), recipients)


def offered(licence: Policy, on: date) -> Grant:
    """What a listing offers to everybody, as if it were agreed on this day; raises GrantInexpressible."""
    return boxed(licence, terms(licence, on, last_day(licence, on), [ANYONE]))


def boxed(licence: Policy, grant_terms: GrantTerms) -> Grant:
    """A licence's terms as the box that the chain of title is asked about."""
    return read(grant_terms, words(licence.vocabulary), "/licence")
