"""Who may call the routes of complaints, and what every step may be refused for."""

from typing import Final

from kernel.errors import NotFound
from kernel.http.guards import allow
from kernel.states import IllegalTransition, WrongActor
from market.complaints import errors

FILE: Final = allow("market:complaint:file")
ANSWER: Final = allow("market:complaint:answer")
MEDIATE: Final = allow("market:complaint:mediate")
TAKE_PART: Final = allow("market:complaint:file", "market:complaint:answer", "market:complaint:mediate")
SIDES: Final = allow("market:complaint:file", "market:complaint:answer")
READ: Final = allow(
    "market:complaint:file", "market:complaint:answer", "market:complaint:mediate", "market:complaint:read"
)

STEP: Final = (NotFound, IllegalTransition, WrongActor)
IN_TIME: Final = (*STEP, errors.ComplaintStepTooLate)
