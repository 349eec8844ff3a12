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
OPERATIONS: Final = frozenset(
    {
        "accept_order",
        "accept_part",
        "answer_complaint",
        "answer_proposal",
        "cancel_order",
        "decide_complaint",
        "refund_order",
        "rule_on_appeal",
        "set_shares",
        "transfer_title",
    }
)
"""What moves money or rights under a permission that others have for other things."""
CALCULATIONS: Final = frozenset(
    {
        "check_contract_draft",
        "compare_contract_drafts",
        "preview_contract_draft",
        "preview_price",
        "print_contract_draft",
        "try_api_interface",
        "write_contract_draft",
        "write_contract_redline",
    }
)
"""What leaves nothing behind, though it is asked by whoever may sign."""


def weighs(operation: Operation) -> bool:
    """Whether an operation asks for a proof that is minutes old."""
    changes = operation.method != "get" and operation.name not in CALCULATIONS
    return operation.name in OPERATIONS or (changes and not PERMISSIONS.isdisjoint(operation.permissions))
