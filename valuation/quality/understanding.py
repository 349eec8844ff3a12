"""Contracts and plans as callers send them, read at the desk: parsing takes time that the event loop does not have."""

from typing import Any

import msgspec

from kernel.jobs import desk
from kernel.text import Text
from valuation.quality.contract.contract import Contract, FieldFault
from valuation.quality.contract.reader import read
from valuation.quality.contract.text import UnreadableContractError, parse, plain
from valuation.quality.errors import ContractFaulty

Given = dict[str, Any] | str


async def understood(given: Given, party: str | None) -> Contract:
    """Read a contract from the wire; raises ContractFaulty with every fault at once, and as `desk.answer` does.

    What comes back has identity, document and objects, but neither columns nor rules: those are for whoever scores.
    """
    return await desk.answer(understand, given, party=party)


def understand(given: Given) -> Contract:
    """Read a contract here; raises ContractFaulty."""
    found = read(document_of(given))
    if not isinstance(found, Contract):
        raise ContractFaulty.of(found, "/contract")
    bare = tuple(msgspec.structs.replace(each, properties=(), rules=()) for each in found.objects)
    return msgspec.structs.replace(found, objects=bare, unmeasured=())


def document_of(given: Given) -> dict[str, Any]:
    """The document of a text or of a body; raises ContractFaulty."""
    try:
        return parse(given.encode("utf-8", "replace")) if isinstance(given, str) else dict(plain(given))
    except UnreadableContractError as unreadable:
        raise ContractFaulty.of([unreadable.fault], "/contract") from unreadable
    except ValueError as problem:
        told = Text(f"合同文档不可接受：{problem}", f"The contract cannot be accepted: {problem}")
        fault = FieldFault("", told, Text("请删减或拆分。", "Shorten or split it."))
        raise ContractFaulty.of([fault], "/contract") from problem
