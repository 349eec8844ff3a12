"""Where a party uses data; pure."""

from rights.grants.parsing import place
from rights.grants.vocabulary import CHINA, words


def registered_place(uscc: str, vocabulary: str) -> str:
    """Where a party is registered: digits 3 to 8 of its unified credit code (GB 32100) are a division of GB/T 2260.

    China as a whole where they are none, as for those that a national authority has registered.
    """
    released = words(vocabulary)
    code = place(f"{CHINA}-{uscc[2:8]}", released)
    return code if released.is_place(code) else CHINA
