"""Connected accounts and what moves between them: transfers, reversals, payouts and balances."""

import time
from dataclasses import replace

from .errors import StripeRefusal
from .routing import endpoint, paged
from .world import Call, Obj, World

_ACCOUNT = "type country email business_type business_profile capabilities controller default_currency"


@endpoint("POST", "/accounts", "account_create", _ACCOUNT)
def create_account(world: World, call: Call) -> Obj:
    """Connect an account; the double's accounts need no onboarding and may receive at once."""
    params = call.params
    account = world.add(
        "acct",
        "account",
        type=params.get("type", "none"),
        country=params.get("country", "US"),
        email=params.get("email"),
        business_type=params.get("business_type"),
        default_currency=params.get("default_currency", "usd"),
        capabilities={"transfers": "active"},
        charges_enabled=True,
        payouts_enabled=True,
        details_submitted=True,
        requirements={"currently_due": [], "past_due": [], "disabled_reason": None},
    )
    account["metadata"] = params.get("metadata") or {}
    world.event("account.updated", account, account["id"])
    return account


@endpoint("GET", "/accounts/{id}", "account_retrieve")
def retrieve_account(world: World, call: Call) -> Obj:
    """Show one connected account."""
    return world.get("account", call.ids["id"])


@endpoint("GET", "/accounts", "account_list", "limit starting_after ending_before")
def list_accounts(world: World, call: Call) -> Obj:
    """List connected accounts."""
    return paged(world, call, "account", "/accounts")


@endpoint(
    "POST",
    "/transfers",
    "transfer_create",
    "amount currency destination source_transaction transfer_group description",
)
def create_transfer(world: World, call: Call) -> Obj:
    """Give a connected account its share; with `source_transaction` the money may still be pending."""
    params = call.params
    amount, currency = _amount(params), params["currency"].lower()
    world.get("account", params["destination"])
    status, group, source = "available", params.get("transfer_group"), None
    if params.get("source_transaction"):
        source = world.get("charge", params["source_transaction"])
        status = _reserve(world, source, amount, currency)
        group = group or source["transfer_group"]
    elif world.balance(None, "available").get(currency, 0) < amount:
        raise _insufficient("You have insufficient available funds in your Stripe account.")
    transfer = world.add(
        "tr",
        "transfer",
        amount=amount,
        amount_reversed=0,
        reversed=False,
        currency=currency,
        destination=params["destination"],
        description=params.get("description"),
        source_transaction=source["id"] if source else None,
        source_type="card",
        transfer_group=group,
    )
    transfer["metadata"] = params.get("metadata") or {}
    txn = world.move(None, "transfer", -amount, currency, transfer["id"], status=status)
    world.move(params["destination"], "payment", amount, currency, transfer["id"], status=status)
    transfer["balance_transaction"] = txn["id"]
    world.event("transfer.created", transfer)
    return transfer


def _reserve(world: World, charge: Obj, amount: int, currency: str) -> str:
    if not charge["captured"] or charge["currency"] != currency:
        message = "source_transaction must be a captured charge in the currency of the transfer"
        raise StripeRefusal("parameter_invalid", message, param="source_transaction")
    if charge["_transferred"] + amount > charge["amount_captured"]:
        message = (
            "Transfers using this transaction as a source must not exceed the source amount of "
            f"{charge['amount_captured']} (already transferred: {charge['_transferred']})"
        )
        raise StripeRefusal("transfer_source_balance_parameters_mismatch", message, param="amount")
    charge["_transferred"] += amount
    return str(world.get("balance_transaction", charge["balance_transaction"])["status"])


@endpoint("GET", "/transfers/{id}", "transfer_retrieve")
def retrieve_transfer(world: World, call: Call) -> Obj:
    """Show one transfer."""
    return world.get("transfer", call.ids["id"], call.account)


@endpoint("GET", "/transfers", "transfer_list", "limit starting_after ending_before destination transfer_group")
def list_transfers(world: World, call: Call) -> Obj:
    """List transfers."""
    return paged(world, call, "transfer", "/transfers", "destination", "transfer_group")


@endpoint("POST", "/transfers/{id}/reversals", "transfer_reversal_create", "amount description")
def create_reversal(world: World, call: Call) -> Obj:
    """Take a transfer back, whole or in part: a refund alone never does."""
    transfer = world.get("transfer", call.ids["id"], call.account)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = call.params.get("amount", left)
    if not 0 < amount <= left:
        message = f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left})"
        raise StripeRefusal("amount_too_large", message, param="amount")
    status = world.get("balance_transaction", transfer["balance_transaction"])["status"]
    there = transfer["destination"]
    if world.balance(there, status).get(transfer["currency"], 0) < amount:
        raise _insufficient("The connected account has insufficient funds for this reversal.")
    reversal = world.add(
        "trr", "transfer_reversal", amount=amount, currency=transfer["currency"], transfer=transfer["id"]
    )
    reversal["metadata"] = call.params.get("metadata") or {}
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    world.move(there, "payment_refund", -amount, transfer["currency"], reversal["id"], status=status)
    txn = world.move(None, "transfer_refund", amount, transfer["currency"], reversal["id"], status=status)
    reversal["balance_transaction"] = txn["id"]
    world.event("transfer.reversed", transfer)
    return reversal


@endpoint("GET", "/transfers/{id}/reversals", "transfer_reversal_list", "limit starting_after ending_before")
def list_reversals(world: World, call: Call) -> Obj:
    """List what was taken back of a transfer."""
    transfer = world.get("transfer", call.ids["id"], call.account)
    of_it = replace(call, params={**call.params, "transfer": transfer["id"]})
    return paged(world, of_it, "transfer_reversal", f"/transfers/{transfer['id']}/reversals", "transfer")


@endpoint("POST", "/payouts", "payout_create", "amount currency method description")
def create_payout(world: World, call: Call) -> Obj:
    """Send an available balance to the bank of the account that asks."""
    amount, currency = _amount(call.params), call.params["currency"].lower()
    if world.balance(call.account, "available").get(currency, 0) < amount:
        raise _insufficient("You have insufficient funds in your Stripe account for this transfer.")
    payout = world.add(
        "po",
        "payout",
        account=call.account,
        amount=amount,
        currency=currency,
        status="pending",
        method=call.params.get("method", "standard"),
        description=call.params.get("description"),
        arrival_date=int(time.time()),
        type="bank_account",
    )
    payout["metadata"] = call.params.get("metadata") or {}
    txn = world.move(call.account, "payout", -amount, currency, payout["id"])
    payout["balance_transaction"] = txn["id"]
    world.event("payout.created", payout, call.account)
    return payout


@endpoint("GET", "/payouts/{id}", "payout_retrieve")
def retrieve_payout(world: World, call: Call) -> Obj:
    """Show one payout."""
    return world.get("payout", call.ids["id"], call.account)


@endpoint("GET", "/payouts", "payout_list", "limit starting_after ending_before status")
def list_payouts(world: World, call: Call) -> Obj:
    """List payouts."""
    return paged(world, call, "payout", "/payouts", "status")


@endpoint("GET", "/balance", "balance_retrieve")
def retrieve_balance(world: World, call: Call) -> Obj:
    """Sum the balance transactions of the account that asks."""

    def part(status: str) -> list[Obj]:
        sums = world.balance(call.account, status).items()
        return [{"amount": n, "currency": currency, "source_types": {"card": n}} for currency, n in sums]

    return {
        "object": "balance",
        "livemode": False,
        "available": part("available"),
        "pending": part("pending"),
    }


@endpoint(
    "GET",
    "/balance_transactions",
    "balance_transaction_list",
    "limit starting_after ending_before type source currency created",
)
def list_balance_transactions(world: World, call: Call) -> Obj:
    """List what moved on the account that asks."""
    return paged(world, call, "balance_transaction", "/balance_transactions", "type", "source", "currency")


@endpoint("GET", "/balance_transactions/{id}", "balance_transaction_retrieve")
def retrieve_balance_transaction(world: World, call: Call) -> Obj:
    """Show one movement."""
    return world.get("balance_transaction", call.ids["id"], call.account)


def _amount(params: Obj) -> int:
    amount = params.get("amount")
    if amount is None:
        raise StripeRefusal("parameter_missing", "Missing required param: amount.", param="amount")
    if amount <= 0:
        raise StripeRefusal("parameter_invalid_integer", "This value must be greater than 0.", param="amount")
    return int(amount)


def _insufficient(message: str) -> StripeRefusal:
    return StripeRefusal("balance_insufficient", message)


def settle(world: World) -> None:
    """Let the days pass after which pending money is available and payouts have arrived."""
    for obj in list(world.objects.values()):
        if obj["object"] == "balance_transaction" and obj["status"] == "pending":
            obj["status"] = "available"
        if obj["object"] == "payout" and obj["status"] == "pending":
            obj["status"] = "paid"
            world.event("payout.paid", obj, obj["_account"])


def fail_payout(world: World, payout: Obj) -> Obj:
    """Let a bank refuse a payout: the money comes back to the account's balance."""
    if payout["status"] != "pending":
        raise StripeRefusal("payout_not_pending", f"This payout is {payout['status']}.", status=409)
    payout.update(status="failed", failure_code="account_closed", failure_message="The bank account has been closed.")
    world.move(payout["_account"], "payout_failure", payout["amount"], payout["currency"], payout["id"])
    world.event("payout.failed", payout, payout["_account"])
    return payout
