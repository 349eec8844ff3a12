"""Which data is living data: dated and published."""

from typing import Final

import msgspec

from kernel.rules import policy


class Living(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The update cycles under which revisions enter the register by their digest."""

    cycles: tuple[str, ...]


POLICY: Final = policy.load("living", Living, "rights.updates")
