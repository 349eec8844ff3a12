"""What terms convey of the provider's title: the boxes that the chain of title is asked about and enters; pure."""

from datetime import date, datetime, timedelta

from contracts.policy.rules import vocabularies
from contracts.usage.tree import Permission, Since, UsagePolicy
from kernel.time.clock import SHANGHAI, day_in_china
from rights.grants.box import Grant
from rights.grants.parsing import read
from rights.grants.schemas import GrantTerms
from rights.grants.vocabulary import ANYONE, words


def conveyed(policy: UsagePolicy, on: date) -> list[GrantTerms]:
    """The grant of each permission of a policy that comes into force on a day; what may be passed on is to anyone."""
    return [_terms(policy, rule, on) for rule in policy.permissions]


def boxes(policy: UsagePolicy, on: date, pointer: str = "/policy") -> list[Grant]:
    """The same as boxes of the grant algebra; raises GrantInexpressible naming every fault of the first at fault."""
    vocabulary = words(policy.vocabulary)
    return [read(terms, vocabulary, f"{pointer}/permissions/{at}") for at, terms in enumerate(conveyed(policy, on))]


def last_day(policy: UsagePolicy, on: date) -> date:
    """The last day that anything is permitted, for a policy in force since a day whose price is settled at the latest.

    Raises ValueError for a permission without an end, which no reading of terms lets through.
    """
    return max(_end(policy, rule, on) for rule in policy.permissions) - timedelta(days=1)


def term_days(policy: UsagePolicy, on: date) -> int:
    """How long it permits anything: the longest window from settlement, or the days until the last end."""
    windows = [rule.window_days for rule in policy.permissions if counts_from_settlement(rule)]
    days = [
        (_day_after(rule.ends) - on).days
        for rule in policy.permissions
        if rule.ends and not counts_from_settlement(rule)
    ]
    return max([*(days_ for days_ in windows if days_), *days, 1])


def is_bounded(rule: Permission) -> bool:
    """Whether a permission has an end that can be known when it comes into force."""
    return rule.ends is not None or counts_from_settlement(rule)


def counts_from_settlement(rule: Permission) -> bool:
    """Whether a permission has a window of days that begins with the settlement of the price."""
    return rule.window_days is not None and rule.window_from is Since.SETTLEMENT


def _days(rule: Permission, on: date) -> int:
    if rule.window_days is not None and counts_from_settlement(rule):
        return rule.window_days
    return (_day_after(rule.ends) - on).days if rule.ends is not None else 1


def _terms(policy: UsagePolicy, rule: Permission, on: date) -> GrantTerms:
    vocabulary = words(policy.vocabulary)
    return GrantTerms(
        rights=list(vocabulary.rights_of(rule.actions)),
        purposes=list(rule.purposes),
        territory=list(rule.territory),
        starts=on if rule.starts is None else max(on, day_in_china(rule.starts)),
        ends=_end(policy, rule, on),
        recipients=[ANYONE] if rule.depth_max else list(rule.recipients),
        environments=list(rule.environments),
        actions=list(rule.actions),
        depth=rule.depth_max,
        exclusivity=policy.exclusivity,
        rows_max=rule.rows_max,
        calls_max=rule.calls_max,
    )


def _end(policy: UsagePolicy, rule: Permission, on: date) -> date:
    """The first day on which a permission no longer holds, however late its price is settled."""
    ends: list[date] = [_day_after(rule.ends)] if rule.ends is not None else []
    if counts_from_settlement(rule):
        latest = vocabularies().version(policy.vocabulary).body.performance_days_max
        ends.append(on + timedelta(days=latest + (rule.window_days or 0) + 1))
    if not ends:
        raise ValueError(f"the permission {rule.id} has no end")
    return min(ends)


def _day_after(moment: datetime) -> date:
    """The first whole day in China after a moment that is no longer within."""
    local = moment.astimezone(SHANGHAI)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return local.date() if local == midnight else local.date() + timedelta(days=1)


def purposes(policy: UsagePolicy) -> tuple[str, ...]:
    """Every purpose that a policy permits something for, in the order of their codes."""
    return tuple(sorted({code for rule in policy.permissions for code in rule.purposes}))


def environments(policy: UsagePolicy) -> tuple[str, ...]:
    """Every environment in which a policy permits something."""
    return tuple(sorted({code for rule in policy.permissions for code in rule.environments}))


def territory(policy: UsagePolicy) -> tuple[str, ...]:
    """Every place in which a policy permits something."""
    return tuple(sorted({code for rule in policy.permissions for code in rule.territory}))


def stays(policy: UsagePolicy) -> bool:
    """Whether all that is permitted is permitted in controlled environments only, so nothing is ever handed out."""
    vocabulary = vocabularies().version(policy.vocabulary).body
    return vocabulary.covered(environments(policy)) <= vocabulary.covered(["controlled"])
