"""Who is acting: the small frozen value that guards, commands and the log all read."""

from dataclasses import dataclass
from typing import Final

from kernel.states import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A party acting through one of its keys, with what that key may do."""

    party: str | None
    key: str | None
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[str] = frozenset()
    admitted: bool = False

    def has(self, *roles: Role) -> bool:
        """Say whether the actor holds any of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def name(self) -> str:
        """What the log calls the actor."""
        return self.key or self.party or "anonymous"


ANONYMOUS: Final = Actor(party=None, key=None)
SYSTEM: Final = Actor(party=None, key="system", roles=frozenset({Role.SYSTEM}), admitted=True)
"""Acts for the centre itself: jobs, sweeps and clocks."""
