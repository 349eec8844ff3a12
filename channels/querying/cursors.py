"""Cursors of pages: signed, so that each leads on in the question, table and version that gave it, for a while; pure.

Files of a version never change and lie in the order of their key, so the number of a row is its place for good.
"""

import re
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs

import msgspec

from channels.querying.errors import QueryCursorExpired, QueryCursorInvalid
from kernel.errors import InvalidInput
from kernel.storage import links
from kernel.storage.errors import LinkExpired, LinkInvalid
from kernel.storage.links import Keyring
from kernel.views import paging

_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,15}")


class Place(msgspec.Struct, frozen=True):
    """Where a page begins: the number of a row in a version of a table under an agreement, of a question's rows."""

    agreement_id: str
    table: str
    question: str
    version: int
    row: int

    @property
    def subject(self) -> str:
        """What is signed of it; no file that a link opens has a name like this."""
        return f"rows/{self.table.casefold()}/{self.question}/{self.version}/{self.row}"


def cursor_of(place: Place, keyring: Keyring, until: datetime) -> str:
    """The cursor that leads to a place until a moment."""
    signature = keyring.sign(place.subject, place.agreement_id, place.agreement_id, until)
    return paging.encode(str(place.version), str(place.row), signature.removeprefix("?"))


def place_of(
    cursor: str, agreement_id: str, table: str, question: str, keyring: Keyring, at: datetime, hours: int
) -> Place:
    """The place that a cursor leads to; raises QueryCursorInvalid, and QueryCursorExpired for one that was ours."""
    try:
        position = paging.decode(cursor, 3)
    except InvalidInput:
        raise QueryCursorInvalid from None
    if position is None or not all(_NUMBER.fullmatch(number) for number in position[:2]):
        raise QueryCursorInvalid
    place = Place(agreement_id, table, question, int(position[0]), int(position[1]))
    said = {name: values[0] for name, values in parse_qs(position[2]).items()}
    try:
        links.verify(said, place.subject, agreement_id, agreement_id, keyring=keyring, at=at)
    except LinkInvalid:
        raise QueryCursorInvalid from None
    except LinkExpired:
        raise QueryCursorExpired(hours=hours) from None
    return place
