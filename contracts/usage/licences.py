"""The usage policy that a licence comes to; pure."""

from datetime import date
from typing import Final

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
    licence: Licence, asset_id: str, revision_id: str, recipient: str, last_day: date | None = None
) -> UsagePolicy:
    """A licence as a policy: one permission for its recipient, and a prohibition of every action that it withholds.

    Where updates are not included it is of one revision only. `recipient` is a term of grants. The term runs from
    settlement, and never beyond the last day of the grant, once there is one.
    """
    vocabulary = words(licence.vocabulary)
    duties, updates = [Duty(id=PAYMENT, kind=DutyKind.PAY)], licence.updates == "included"
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
                ends=end_of_day_in_china(last_day) if last_day is not None else None,
                window_days=licence.term_days,
                window_from=Since.SETTLEMENT,
                calls_max=licence.calls_max,
                rows_max=licence.rows_max,
                depth_max=licence.delegation_depth,
                duties=(PAYMENT,),
            ),
        ),
        prohibitions=(Prohibition(id=WITHHELD, actions=withheld),) if withheld else (),
        duties=tuple(duties),
        exclusivity=licence.exclusivity,
    )
