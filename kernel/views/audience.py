"""Who may see an object: the parties it names, and the offices that watch its kind. To anybody else it is not there.

Each slice declares one Audience for its kind of object; the reading of one row, the list of many and the column of a
query go by the same declaration, so that what a list shows can be opened and nothing else can.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.dialects.postgresql import ARRAY

from kernel.actor import Actor
from kernel.errors import NotFound
from kernel.states import Role


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may see objects of a kind besides the parties that each names: some offices, or who has a permission."""

    kind: str
    offices: tuple[Role, ...] = ()
    permission: str | None = None

    def watches(self, actor: Actor) -> bool:
        """Whether the actor may see every object of the kind."""
        return actor.has(*self.offices) or self.permission in actor.permissions

    def admits(self, actor: Actor, *parties: str | None) -> bool:
        """Whether the actor may see an object that names these parties."""
        return (actor.party is not None and actor.party in parties) or self.watches(actor)

    def require(self, actor: Actor, object_id: str, *parties: str | None) -> None:
        """Raise NotFound for whoever may not know of the object."""
        if not self.admits(actor, *parties):
            raise NotFound(kind=self.kind, id=object_id)

    def require_party(self, actor: Actor, object_id: str, *parties: str | None) -> None:
        """Raise NotFound unless the actor's party is one of these: whoever merely watches does not act for them."""
        if actor.party is None or actor.party not in parties:
            raise NotFound(kind=self.kind, id=object_id)

    def role(self, actor: Actor, **parties: str | None) -> Role | None:
        """What the actor is to an object, its parties given by role (`buyer=…`), else its office, else nothing."""
        own = (Role(role) for role, party in parties.items() if party is not None and party == actor.party)
        return next(own, next((office for office in self.offices if actor.has(office)), None))

    def among(self, actor: Actor, *columns: ColumnElement[Any] | Any) -> ColumnElement[bool]:
        """The same rule for a query: rows of which the actor may know; columns name a party or list several."""
        if self.watches(actor):
            return true()
        if actor.party is None:
            return false()  # An empty column names nobody, and not whoever has no party.
        return or_(false(), *(_names(column, actor.party) for column in columns))


def own_party(actor: Actor) -> str:
    """The actor's party, for what each party has of its own; raises NotFound for whoever has none."""
    if actor.party is None:
        raise NotFound(kind="party", id="")
    return actor.party


def _names(column: ColumnElement[Any], party: str) -> ColumnElement[bool]:
    return column.contains([party]) if isinstance(column.type, ARRAY) else column == party
