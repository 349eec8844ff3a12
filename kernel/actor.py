"""Who is acting: the small frozen value that guards, commands and the log all read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.states import Role


@dataclass(frozen=True, slots=True)
class SignIn:
    """The session by which a member acts on pages; until `proven_until` its proof serves for what weighs."""

    session: str
    proven_until: datetime
    administrator: bool
    name: str
    email: str
    party_name: str


@dataclass(frozen=True, slots=True)
class Actor:
    """A party acting through one of its keys, or one of its members on pages, with what that one may do."""

    party: str | None
    key: str | None
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[str] = frozenset()
    admitted: bool = False
    member: str | None = None
    sign_in: SignIn | None = None

    def has(self, *roles: Role) -> bool:
        """Say whether the actor holds any of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def hand(self) -> str | None:
        """The key or the member by which the party acts: what is kept of who did something, and told apart by it."""
        return self.key or self.member

    @property
    def name(self) -> str:
        """What the log calls the actor."""
        return self.hand or self.party or "anonymous"


ANONYMOUS: Final = Actor(party=None, key=None)
SYSTEM: Final = Actor(party=None, key="system", roles=frozenset({Role.SYSTEM}), admitted=True)
"""Acts for the centre itself: jobs, sweeps and clocks."""
