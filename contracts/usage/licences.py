"""The usage policy that a licence comes to; pure."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import msgspec

from contracts.policy.marks import Marks
from contracts.policy.schemas import Policy as Licence
from contracts.usage.tree import Bearer, Duty, DutyKind, Permission, Prohibition, Since, UsagePolicy
from kernel.time.clock import end_of_day_in_china
from rights.grants.parsing import place
from rights.grants.vocabulary import words

LICENCE: Final = "licence"
WITHHELD: Final = "withheld"
PAYMENT: Final = "payment"
UPDATES: Final = "updates"


def of_licence(
    licence: Licence,
    asset_id: str,
    revision_id: str,
    recipient: str,
    *,
    priced: bool = True,
    marks: Marks = (),
) -> UsagePolicy:
    """A licence as a policy: one permission for its recipient, and a prohibition of every action that it withholds.

    Where updates are not included it is of one revision only. `recipient` is a term of grants. The term runs from
    settlement. What has a price waits for its payment. Copies bear the `marks`.
    """
    vocabulary = words(licence.vocabulary)
    duties, updates = [Duty(id=PAYMENT, kind=DutyKind.PAY)] if priced else [], licence.updates == "included"
    if updates:
        duties.append(Duty(id=UPDATES, kind=DutyKind.PROVIDE_UPDATES, bearer=Bearer.PROVIDER))
    withheld = tuple(sorted(set(vocabulary.actions) - set(licence.actions)))
    return UsagePolicy(
        vocabulary=licence.vocabulary,
        asset=asset_id,
        revisions=() if updates else (revision_id,),
        permissions=(
            Permission(
                id=LICENCE,
                actions=licence.actions,
                purposes=licence.purposes,
                territory=tuple(place(code, vocabulary) for code in licence.territory),
                environments=licence.environments,
                recipients=(recipient,),
                window_days=licence.term_days,
                window_from=Since.SETTLEMENT,
                calls_max=licence.calls_max,
                rows_max=licence.rows_max,
                depth_max=licence.delegation_depth,
                duties=(PAYMENT,) if priced else (),
            ),
        ),
        prohibitions=(Prohibition(id=WITHHELD, actions=withheld),) if withheld else (),
        duties=tuple(duties),
        exclusivity=licence.exclusivity,
        marks=marks,
    )


def to_licence(policy: UsagePolicy, term_days: int) -> Licence:
    """A policy as a licence, for whatever counts and compares licences: the union of what its permissions permit.

    It is a summary: no access is decided by it, and nothing is granted by it.
    """
    rules = policy.permissions
    return Licence(
        vocabulary=policy.vocabulary,
        actions=_union(rule.actions for rule in rules),
        purposes=_union(rule.purposes for rule in rules),
        territory=_union(rule.territory for rule in rules),
        term_days=term_days,
        delegation_depth=max(rule.depth_max for rule in rules),
        environments=_union(rule.environments for rule in rules),
        exclusivity=policy.exclusivity,
        rows_max=_widest([rule.rows_max for rule in rules]),
        calls_max=_widest([rule.calls_max for rule in rules]),
        updates="none" if policy.revisions else "included",
    )


def ended(policy: UsagePolicy, last_day: date | None) -> UsagePolicy:
    """A policy that permits nothing after a day, the last of the grant behind it."""
    if last_day is None:
        return policy
    over = end_of_day_in_china(last_day)
    rules = [
        msgspec.structs.replace(rule, ends=over if rule.ends is None else min(rule.ends, over))
        for rule in policy.permissions
    ]
    return msgspec.structs.replace(policy, permissions=tuple(rules))


def _union(sides: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({word for side in sides for word in side}))


def _widest(limits: list[int | None]) -> int | None:
    bounded = [limit for limit in limits if limit is not None]
    return max(bounded) if len(bounded) == len(limits) else None
