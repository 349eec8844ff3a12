"""How many examples a property is given: few in the suite, more in its slow half, many when exploring."""

import os
from typing import Final

from hypothesis.internal.conjecture import providers

PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "fixed")
EXPLORING: Final = PROFILE == "explore"
SHORT: Final = 4
"""Which part of its examples a property is given in `make test`; `make test-slow` tries them all."""


def examples(number: int) -> int:
    """So many in `make test-slow`, a part of them in `make test`, and twenty times as many in `make explore`."""
    return {"explore": number * 20, "whole": number}.get(PROFILE, max(5, number // SHORT))


def without_constants_of_ours() -> None:
    """Draw no example from the numbers and texts in our own source.

    Which of our modules are imported depends on which tests a process holds, so the examples would too; and to find
    the constants, every process reads 1,400 files again, a quarter of its collection. The longer profiles keep them.
    """
    if PROFILE == "fixed":
        providers._get_local_constants = lambda: providers._local_constants


without_constants_of_ours()
