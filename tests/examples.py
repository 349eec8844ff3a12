"""How many examples a property that is slow to try is given: few in the suite, many when faults are looked for."""

import os

EXPLORING = os.environ.get("HYPOTHESIS_PROFILE") == "explore"


def examples(number: int) -> int:
    """So many in the suite, and twenty times as many in `make explore`."""
    return number * 20 if EXPLORING else number
