"""What happened to something, newest first, from the API's events about it and about what belongs to it."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from centre.pages.console import naming
from centre.pages.console.special.drawn import Viewing
from kernel.text import Text, noun

LINES_MAX: Final = 40
SYSTEM: Final = Text("系统", "the system")
CENTRE: Final = Text("中心", "the centre")
SIDES: Final = {
    "buyer": Text("需求方", "the buyer"),
    "provider": Text("提供方", "the provider"),
    "payer": Text("付款方", "the payer"),
    "owner": Text("发起方", "who began it"),
}
"""What a party is called that no paper names yet, by the field that names it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: who did it, when, and its number in the register."""

    words: Text
    who: Text
    at: str
    index: int


async def of(asked: Viewing, subjects: Iterable[str], names: Mapping[str, str]) -> list[Line]:
    """The events of these subjects that the member is shown."""
    told: list[Mapping[str, Any]] = []
    for each in subjects:
        told += (await asked.read("list_events", subject=each, limit="100") or {}).get("items", [])
    sides = {party: side for side in SIDES if (party := asked.told.get(side))}
    told.sort(key=lambda event: event["index"], reverse=True)
    return [
        Line(words(event["kind"]), _who(event["actor_party"], names, sides), event["at"], event["index"])
        for event in told[:LINES_MAX]
    ]


def words(kind: str) -> Text:
    """What an event is called: by its own name, else by what it is of and the state that it came to."""
    if (named := _named().get(kind)) is not None:
        return Text(*named)
    machine, _, state = kind.rpartition(".")
    of_what, became = noun(machine), naming.value(state)
    return Text(f"{of_what.zh}：{became.zh}", f"{of_what.en[:1].upper()}{of_what.en[1:]}: {became.en}")


def _who(party: str | None, names: Mapping[str, str], sides: Mapping[str, str]) -> Text:
    """By name, else by the side that the object says it is on; whoever is on none acts for the centre."""
    if party is None:
        return SYSTEM
    if party in names:
        return Text(names[party], names[party])
    return SIDES[sides[party]] if party in sides else CENTRE


@cache
def _named() -> dict[str, list[str]]:
    text = files("centre.pages.console.trade").joinpath("events.toml").read_text(encoding="utf-8")
    kinds: dict[str, list[str]] = tomllib.loads(text)["kinds"]
    return kinds
