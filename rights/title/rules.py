"""Pure rules of title: whether a wish stands on its chain, beside its neighbours, under the remarks and upstream."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

import msgspec

from kernel.errors import FieldError
from kernel.text import Text
from rights.grants import conditions, rules
from rights.grants.box import Breach, Dimension, Exclusivity, Grant, Violation
from rights.grants.conditions import SIDES, Condition
from rights.grants.rules import NOBODY, Members
from rights.grants.vocabulary import ANYONE, WORLD, Words, words
from rights.terms import Right
from rights.title.policy import LineageKind, RightsAct


@dataclass(frozen=True, slots=True)
class Link:
    """A stored grant as rules see it; `outward` bounds what is granted out of it where that is less than it is."""

    id: str
    asset_id: str
    parent_id: str | None
    grantor: str | None
    grantee: str
    grant: Grant
    active: bool
    outward: Grant | None = None
    expired: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark that stands, as rules see it."""

    id: str
    kind: str
    blocks: tuple[RightsAct, ...]
    condition: Condition | None
    until: date | None


class FindingKind(StrEnum):
    """Why a wish is refused."""

    CHAIN = "chain"
    EXCLUSIVE = "exclusive"
    REMARK = "remark"
    UPSTREAM = "upstream"
    CONSENT = "consent"


RULE_OF: Final[Mapping[FindingKind, str]] = {
    FindingKind.CHAIN: "LT-TTL-02",
    FindingKind.EXCLUSIVE: "LT-TTL-03",
    FindingKind.REMARK: "LT-TTL-04",
    FindingKind.UPSTREAM: "LT-TTL-05",
    FindingKind.CONSENT: "LT-TTL-08",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason against a wish: the violated edge of the chain and its sides, or who and what stands in the way."""

    kind: FindingKind
    asset_id: str
    edge: int | None = None
    from_id: str | None = None
    to_id: str | None = None
    violations: tuple[Violation, ...] = ()
    against: tuple[str, ...] = ()


def party_term(party: str) -> str:
    """A party as recipients name it."""
    return f"party:{party}"


def root_box(rights: Iterable[Right], starts: date, until: date, vocabulary: Words, *, exclusive: bool) -> Grant:
    """What a certificate gives its holder: everything that the rights contain, until its last day has ended."""
    actions = vocabulary.actions_of(rights)
    return Grant(
        vocabulary=vocabulary.version,
        rights=vocabulary.rights_of(actions),
        actions=actions,
        purposes=(vocabulary.purposes.top,),
        territory=(WORLD,),
        starts=starts,
        ends=until + timedelta(days=1),
        recipients=(ANYONE,),
        environments=(vocabulary.environments.top,),
        depth=vocabulary.depth_max if "license" in actions else 0,
        exclusivity=Exclusivity.EXCLUSIVE if exclusive else Exclusivity.ORDINARY,
        rows_max=None,
        calls_max=None,
    )


def chain_finding(
    asset_id: str,
    chain: Sequence[Link],
    wanted: Grant,
    members: Members = NOBODY,
    *,
    onward: bool = False,
    grantee: str | None = None,
    taken: Iterable[Grant] = (),
) -> Finding | None:
    """The first edge from the root to the wish that does not hold, or None.

    `onward` says that the wish is a further grant, out of what the last link's other grants (`taken`) have left; its
    grantee may not be known yet.
    """
    for edge, link in enumerate(chain):
        if not link.active:
            ended = Violation(Dimension.STATUS, ("active",), ("expired" if link.expired else "ended",))
            return _edge(asset_id, chain, Breach(edge, (ended,)))
    if (passed_on := _passed_on(chain, wanted, members, onward=onward)) is not None:
        return _edge(asset_id, chain, passed_on)
    grants = [link.grant for link in chain]
    if grants and onward:
        grants[-1] = rules.left_of(grants[-1], taken)
    breach = rules.chain_violations(grants, wanted, members, onward=onward)
    if breach is None and grantee is not None and (stranger := _stranger(grants[-1], wanted, grantee, members)):
        breach = Breach(len(chain), (stranger,))
    return None if breach is None else _edge(asset_id, chain, breach)


def _passed_on(chain: Sequence[Link], wanted: Grant, members: Members, *, onward: bool) -> Breach | None:
    """The first edge by which data is passed on that the certificate says may not be."""
    below = [*(link.grant for link in chain[1:]), *([wanted] if onward else [])]
    for edge, (link, granted) in enumerate(zip(chain, below, strict=False), start=1):
        if link.outward is not None and (beyond := rules.onward_violations(link.outward, granted, members)):
            return Breach(edge, tuple(beyond))
    return None


def _stranger(parent: Grant, wanted: Grant, grantee: str, members: Members) -> Violation | None:
    """A grant goes to somebody whom the parent admits; what cannot be passed on is for the grantee alone."""
    term = party_term(grantee)
    if not rules.admits(parent, term, members):
        return Violation(Dimension.RECIPIENT, (term,), parent.recipients)
    if wanted.depth == 0 and wanted.recipients != (term,):
        return Violation(Dimension.RECIPIENT, wanted.recipients, (term,))
    return None


def _edge(asset_id: str, chain: Sequence[Link], breach: Breach) -> Finding:
    return Finding(
        FindingKind.CHAIN,
        asset_id,
        edge=breach.edge,
        from_id=chain[breach.edge - 1].id if breach.edge else None,
        to_id=chain[breach.edge].id if breach.edge < len(chain) else None,
        violations=breach.violations,
    )


def exclusive_finding(asset_id: str, beside: Sequence[Link], wanted: Grant) -> Finding | None:
    """The standing grants beside the wish with which it cannot stand, or None."""
    against = tuple(link.id for link in beside if rules.exclusive_conflicts([link.grant], wanted))
    return Finding(FindingKind.EXCLUSIVE, asset_id, against=against) if against else None


def remark_findings(
    asset_id: str, act: RightsAct, wanted: Grant, remarks: Iterable[Remark], on: date, members: Members = NOBODY
) -> list[Finding]:
    """Every remark that blocks the act, or whose condition the wish does not keep."""
    findings = []
    for remark in remarks:
        if act not in remark.blocks or (remark.until is not None and remark.until <= on):
            continue
        if remark.condition is None or act not in (RightsAct.EXERCISE, RightsAct.GRANT):
            findings.append(Finding(FindingKind.REMARK, asset_id, against=(remark.id,)))
        elif beyond := conditions.beyond(wanted, remark.condition, members):
            findings.append(Finding(FindingKind.REMARK, asset_id, violations=tuple(beyond), against=(remark.id,)))
    return findings


def outward(act: RightsAct, wanted: Grant, chain: Sequence[Link]) -> Grant:
    """The wish as upstream sees it: whoever uses what another made, or is to have it, was provided with it."""
    if act == RightsAct.EXERCISE and len(chain) < 2:
        return wanted
    rights = {*wanted.rights, Right.OPERATE}
    return msgspec.structs.replace(wanted, rights=tuple(right for right in Right if right in rights))


def upstream_wish(upstream: Grant, wanted: Grant, kind: LineageKind) -> Grant:
    """The act on the upstream data that a wish on the data made from it implies.

    On the sides that do not carry over, the upstream grant is taken as it is.
    """
    needed = {action for right in wanted.rights for action in kind.needs[right]}
    carried = {name: getattr(wanted, name) for side in kind.narrows for name in SIDES[side]}
    return msgspec.structs.replace(
        upstream,
        **carried,
        actions=tuple(sorted(needed)),
        rights=words(upstream.vocabulary).rights_of(needed),
        depth=0,
    )


def missing_consents(
    act: RightsAct, wanted: Grant, chain: Sequence[Link], holders: Iterable[str], consenting: Iterable[str]
) -> tuple[str, ...]:
    """Co-holders whose consent is missing: one may license alone, but not dispose of the field or of the right."""
    disposes = act in (RightsAct.TRANSFER, RightsAct.SECURE) or (
        act == RightsAct.GRANT and wanted.exclusivity != Exclusivity.ORDINARY
    )
    if len(chain) != 1 or not disposes:
        return ()
    return tuple(sorted(set(holders) - set(consenting)))


def transferee_finding(
    asset_id: str, chain: Sequence[Link], transferee: str, members: Members = NOBODY
) -> Finding | None:
    """A licence moves only to somebody whom its grantor's own grant admits; a registered title to anybody."""
    term = party_term(transferee)
    if len(chain) < 2 or rules.admits(chain[-2].grant, term, members):
        return None
    stranger = Violation(Dimension.RECIPIENT, (term,), chain[-2].grant.recipients)
    return _edge(asset_id, chain, Breach(len(chain) - 1, (stranger,)))


def for_transferee(grant: Grant, transferor: str, transferee: str) -> Grant:
    """The same grant with the transferee where the transferor was named."""
    if ANYONE in grant.recipients:
        return grant
    named = {party_term(transferee) if term == party_term(transferor) else term for term in grant.recipients}
    return msgspec.structs.replace(grant, recipients=tuple(sorted(named)))


def share_faults(holder: str, shares: Sequence[tuple[str, int, int]]) -> list[FieldError]:
    """Every fault of a list of shares: parties once, the registered holder among them, a whole in sum."""
    parties = [party for party, _, _ in shares]
    faults = [
        FieldError(f"/shares/{at}/party_id", Text("同一权利人重复列出", "This holder is listed twice"), "LT-TTL-07")
        for at, party in enumerate(parties)
        if party in parties[:at]
    ]
    if holder not in parties:
        text = Text(f"应包括登记权利人 {holder}", f"The registered holder {holder} must be among them")
        faults.append(FieldError("/shares", text, "LT-TTL-07"))
    total = sum((Fraction(numerator, denominator) for _, numerator, denominator in shares), Fraction(0))
    if total != 1:
        text = Text(f"份额合计应为 1，实为 {total}", f"The shares must make up 1, and make up {total}")
        faults.append(FieldError("/shares", text, "LT-TTL-07"))
    return faults
