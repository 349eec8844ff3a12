"""Pure rules of withholding: which remarks keep a share back, and when it is looked at again."""

from datetime import date, datetime
from typing import Annotated, Final

import msgspec

from kernel.rules import policy
from kernel.time.clock import end_of_day_in_china
from kernel.time.workdays import add_working_days


class Withholding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Kinds of remarks that keep a share back, and the working days to the next look."""

    remarks: tuple[str, ...]
    review_working_days: Annotated[int, msgspec.Meta(ge=1, le=60)]


WITHHOLDING: Final = policy.load("withholding", Withholding, "market.withholding")


def review_due(on: date) -> datetime:
    """When the clearing officer has to have looked at a share that is kept back since, or was looked at on, a day."""
    return end_of_day_in_china(add_working_days(on, WITHHOLDING.at(on).body.review_working_days).on)
