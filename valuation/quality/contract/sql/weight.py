"""How large a pattern becomes when its counted repetitions are written out, told from its text before it is compiled.

`(?:[a-z]{0,100}){20}y` is 22 characters and 2,000 states; engines compile it in milliseconds and then need as long
for each row. So what counts is not the length of a pattern but what it stands for.
"""

import re

_COUNTED = re.compile(r"\{(\d{1,9})(?:(,)(\d{0,9}))?\}")


def weight(pattern: str) -> int:
    """The number of single characters and classes of a pattern that is known to be portable, repetitions included."""
    totals, last, index = [0], 0, 0
    while index < len(pattern):
        char = pattern[index]
        if char == "(":
            totals[-1] += last
            last = 0
            totals.append(0)
            index += 3 if pattern.startswith("(?:", index) else 1
        elif char == ")" and len(totals) > 1:
            last, index = totals.pop() + last, index + 1
        elif (found := _COUNTED.match(pattern, index)) is not None:
            last *= max(int(found[1]), int(found[3] or 0), 1)
            index = found.end()
        elif char in "*+?|^$":
            index += 1
        else:
            totals[-1] += last
            last, index = 1, _end_of_one(pattern, index)
    return sum(totals) + last


def _end_of_one(pattern: str, index: int) -> int:
    """Where a character, an escape or a class ends."""
    if pattern[index] == "\\":
        return index + 2
    if pattern[index] != "[":
        return index + 1
    index += 2 if pattern.startswith("[^", index) else 1
    if pattern.startswith("]", index):
        index += 1
    while index < len(pattern) and pattern[index] != "]":
        index += 2 if pattern[index] == "\\" else 1
    return index + 1
