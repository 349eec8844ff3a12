"""What weighs so much that a member proves anew who it is before it: money, signing, suspending."""

from typing import Final

from centre.pages.console.operations import Operation

PERMISSIONS: Final = frozenset(
    {
        "contracts:agreement:sign",
        "kernel:key:write",
        "kernel:party:decide",
        "kernel:party:suspend",
        "market:destruction:decide",
        "market:ledger:close",
        "market:listing:supervise",
        "market:order:place",
        "market:payee:write",
        "market:payment:confirm",
        "market:payment:open",
        "market:refund:write",
        "rights:registration:decide",
    }
)
OPERATIONS: Final = frozenset({"accept_order", "cancel_order"})


def weighs(operation: Operation) -> bool:
    """Whether an operation asks for a proof that is minutes old."""
    changes = operation.method != "get" and (operation.needs_key or operation.method != "post" or not operation.body)
    return operation.name in OPERATIONS or (changes and not PERMISSIONS.isdisjoint(operation.permissions))
