"""Every value of a closed list that a page may show has a name in Chinese and English."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from centre.lists import event_kinds, event_prefixes, machines
from centre.pages.console import naming
from kernel.rules.permissions import tables
from tests.described import COMMITTED

HAN = re.compile("[㐀-鿿]")
WORDED = re.compile("|".join(f"(?:{each.pattern})" for each in (naming.WORD, naming.DOTTED, naming.PERMISSION)))
DESCRIPTION: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
SCHEMAS: dict[str, Any] = DESCRIPTION["components"]["schemas"]
SLICES = {prefix for prefix in event_prefixes() if "." not in prefix}
ACTED_ON = sorted(name for name, schema in SCHEMAS.items() if "allowed_actions" in schema.get("properties", {}))


def listed(schema: Any, place: str) -> Iterator[tuple[str, str]]:
    """The values of the closed lists of a schema, each with the place where it stands."""
    if isinstance(schema, list):
        for each in schema:
            yield from listed(each, place)
    if not isinstance(schema, Mapping):
        return
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    yield from ((value, place) for value in values if isinstance(value, str))
    for name, each in schema.items():
        if name == "properties":
            for field, inner in each.items():
                yield from listed(inner, f"{place}.{field}")
        elif name not in ("enum", "const", "default", "examples"):
            yield from listed(each, place)


def described() -> Iterator[tuple[str, str]]:
    """The values in the description: of shapes, of what is asked of a list, and of bodies without a name."""
    for name, schema in SCHEMAS.items():
        yield from listed(schema, name)
    for item in DESCRIPTION["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", ()):
                yield from listed(parameter["schema"], f"{operation['operationId']}.{parameter['name']}")
            for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                for content in part.get("content", {}).values():
                    yield from listed(content.get("schema", {}), "")


def lived() -> Iterator[tuple[str, str]]:
    """The states of every machine, and what may be done in them."""
    for machine in machines():
        states = {machine.initial, *machine.starts, *(step.to for step in machine.table.values())}
        yield from ((str(state), type(state).__name__) for state in states)
        yield from ((str(action), "allowed_actions") for _, action in machine.table)


def carried() -> Iterator[tuple[str, str]]:
    """What answers carry as plain texts: kinds of events and permissions."""
    yield from ((kind, "kind") for kind in event_kinds())
    yield from ((prefix, "CreateWebhook.kinds") for prefix in event_prefixes())
    for version in (each for table in tables() for each in table.versions):
        yield from ((each, "permissions") for role in version.body.roles.values() for each in role)


def shown() -> set[tuple[str, str]]:
    """All of them."""
    return {*described(), *lived(), *carried()}


@cache
def states_of() -> dict[str, str]:
    """The lists of states, by the machine that has them."""
    return {each.name: type(each.initial).__name__ for each in machines()}


def keys(code: str, of: str) -> set[str]:
    """The names that are taken for a code: its own, or those of a thing and of what is said of it."""
    if place := naming.key(code, of):
        return {place}
    thing, mark, said = code.rpartition(":") if ":" in code else code.rpartition(".")
    within = "permissions" if mark == ":" else states_of().get(thing, "")
    return {naming.key(code), naming.key(thing.replace(":", ".")), naming.key(said, within)}


def test_every_value_made_of_words_has_a_name_in_both_languages() -> None:
    """A number, a version or a sign stands for itself."""
    worded = {(code, of) for code, of in shown() if WORDED.fullmatch(code)}
    assert len(worded) > 1_500
    nameless = {pair for pair in worded if not HAN.search(naming.value(*pair).zh)}
    assert not nameless, f"name them in centre/pages/console/values.toml: {sorted(nameless)}"
    untold = {pair for pair in worded if not naming.value(*pair).en or HAN.search(naming.value(*pair).en)}
    assert not untold


def test_every_name_is_of_a_value() -> None:
    """What no list, state or event has is not named; nor is what another name always goes before."""
    taken = {key for pair in shown() for key in keys(*pair)}
    actions = {code for code, of in lived() if of == "allowed_actions"}
    own = {f"{name}.allowed_actions.{action}" for name in ACTED_ON for action in actions}
    assert not naming.values().keys() - taken - own


def test_the_names_are_sorted_and_none_says_what_the_code_alone_says_already() -> None:
    names = naming.values()
    assert list(names) == sorted(names)
    said = {key: key.rpartition(".")[2] for key in names if "." in key and key.partition(".")[0] not in SLICES}
    assert not {key for key, code in said.items() if names.get(code) == names[key]}


@pytest.mark.parametrize(
    ("code", "of", "zh", "en"),
    [
        ("accepted", "OrderState", "已验收", "accepted"),
        ("accepted", "RegistrationState", "已受理", "accepted"),
        ("buyer", "KeyView.roles", "数据需求方", "buyer"),
        ("buyer", "ConversionLinkView.serves", "买方", "buyer"),
        ("market.order.paid", "EventView.kind", "订单：已付款", "order: paid"),
        ("market.auction.open", "EventView.kind", "竞价：竞价中", "auction: open"),
        ("market.order", "DeskItem.kind", "订单", "order"),
        ("market", "CreateWebhook.kinds", "交易市场", "market"),
        ("market", "Judgement.first", "市场法", "market approach"),
        ("market:order:place", "MeView.permissions", "订单：下单", "order: place"),
        ("pain.001.001.09", "BankAccountView.payment_format", "pain.001.001.09", "pain.001.001.09"),
        ("0.95", "PoolInputs.confidence", "0.95", "0.95"),
    ],
)
def test_a_value_is_called_by_what_it_is_of(code: str, of: str, zh: str, en: str) -> None:
    assert (naming.value(code, of).zh, naming.value(code, of).en) == (zh, en)


def test_what_a_party_wrote_is_no_code() -> None:
    assert naming.is_named("buyer", "KeyView.roles")
    assert not naming.is_named("buyer", "ColumnView.name")
    assert not naming.is_named("what we agreed by telephone", "OrderView.reason")
