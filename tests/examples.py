"""How many examples a property is given: few in the suite, more in its slow half, many when exploring."""

import os
from typing import Final

PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "fixed")
EXPLORING: Final = PROFILE == "explore"
SHORT: Final = 4
"""Which part of its examples a property is given in `make test`; `make test-slow` tries them all."""


def examples(number: int) -> int:
    """So many in `make test-slow`, a part of them in `make test`, and twenty times as many in `make explore`."""
    return {"explore": number * 20, "whole": number}.get(PROFILE, max(5, number // SHORT))
