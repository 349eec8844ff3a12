"""The kinds of messages, what each must hold and may hold; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from kernel.errors import FieldError
from market.dataspace.messages import shapes
from market.dataspace.messages.shapes import (
    ADDRESS,
    AGREEMENT,
    DATA_ADDRESS,
    NAME,
    OFFER,
    REASONS,
    TEXT,
    Check,
    choice,
    context_faults,
    fault,
)


class Kind(StrEnum):
    """A message by its `@type`."""

    CATALOG_REQUEST = "CatalogRequestMessage"
    CONTRACT_REQUEST = "ContractRequestMessage"
    CONTRACT_OFFER = "ContractOfferMessage"
    CONTRACT_AGREEMENT = "ContractAgreementMessage"
    VERIFICATION = "ContractAgreementVerificationMessage"
    EVENT = "ContractNegotiationEventMessage"
    CONTRACT_TERMINATION = "ContractNegotiationTerminationMessage"
    TRANSFER_REQUEST = "TransferRequestMessage"
    TRANSFER_START = "TransferStartMessage"
    TRANSFER_COMPLETION = "TransferCompletionMessage"
    TRANSFER_SUSPENSION = "TransferSuspensionMessage"
    TRANSFER_TERMINATION = "TransferTerminationMessage"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a kind of message must hold, may hold, and of which names it holds exactly one."""

    required: Mapping[str, Check]
    optional: Mapping[str, Check] = field(default_factory=dict)
    one_of: tuple[str, ...] = ()


_PIDS: Final[Mapping[str, Check]] = {"providerPid": NAME, "consumerPid": NAME}
_WHY: Final[Mapping[str, Check]] = {"code": TEXT, "reason": REASONS}

SHAPES: Final[Mapping[Kind, Shape]] = {
    Kind.CATALOG_REQUEST: Shape({}),
    Kind.CONTRACT_REQUEST: Shape(
        {"consumerPid": NAME, "offer": OFFER},
        {"callbackAddress": ADDRESS, "providerPid": NAME},
        ("callbackAddress", "providerPid"),
    ),
    Kind.CONTRACT_OFFER: Shape(
        {"providerPid": NAME, "offer": OFFER},
        {"callbackAddress": ADDRESS, "consumerPid": NAME},
        ("callbackAddress", "consumerPid"),
    ),
    Kind.CONTRACT_AGREEMENT: Shape({**_PIDS, "agreement": AGREEMENT}),
    Kind.VERIFICATION: Shape(_PIDS),
    Kind.EVENT: Shape({**_PIDS, "eventType": choice("ACCEPTED", "FINALIZED")}),
    Kind.CONTRACT_TERMINATION: Shape(_PIDS, _WHY),
    Kind.TRANSFER_REQUEST: Shape(
        {"consumerPid": NAME, "agreementId": NAME, "format": NAME, "callbackAddress": ADDRESS},
    ),
    Kind.TRANSFER_START: Shape(_PIDS, {"dataAddress": DATA_ADDRESS}),
    Kind.TRANSFER_COMPLETION: Shape(_PIDS),
    Kind.TRANSFER_SUSPENSION: Shape(_PIDS, _WHY),
    Kind.TRANSFER_TERMINATION: Shape(_PIDS, _WHY),
}


def faults_of(message: Any, kind: Kind) -> list[FieldError]:
    """Everything in which a received value is not a message of a kind."""
    if not isinstance(message, Mapping):
        return [fault("", "消息须为 JSON 对象", "A message is a JSON object")]
    return list(_faults(message, kind))


def _faults(message: Mapping[str, Any], kind: Kind) -> Iterator[FieldError]:
    yield from context_faults(message)
    if message.get("@type") not in (str(kind), f"dspace:{kind}"):
        yield fault("/@type", f"此处须为 {kind}", f"Here it is {kind}")
    if "@id" in message:
        yield from shapes.NAME(message["@id"], "/@id")
    shape = SHAPES[kind]
    for name, check in shape.required.items():
        yield from check(message.get(name), f"/{name}")
    for name, check in shape.optional.items():
        if message.get(name) is not None:
            yield from check(message[name], f"/{name}")
    given = [name for name in shape.one_of if message.get(name) is not None]
    if shape.one_of and len(given) != 1:
        listed = " | ".join(shape.one_of)
        yield fault(f"/{shape.one_of[0]}", f"须恰有其一：{listed}", f"Exactly one of {listed}")
