"""The money's two ends in the story: the bank's statements, and the provider's share leaving for its own account."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from centre.demo.context import Context
from centre.demo.people import NAMES
from market.payouts.rules import POLICY, next_payout_day

ACCOUNT: Final = "15001706636052500000"
_HEADINGS: Final = "交易日期,流水号,收入,支出,余额,对方户名,对方账号,附言\n"


def bank_shows(context: Context, received: str, reference: str) -> None:
    """The bank's table of the day, as it is downloaded: what the buyer sent, with the reference in its remark."""
    _statement(context, f"{reference[-5:]}1", Decimal(received), NAMES["buyer"][1], f"货款 {reference}")


def _statement(context: Context, serial: str, moved: Decimal, name: str, remark: str) -> None:
    """Import a table of one row that follows the one before; what leaves is below zero."""
    people, results = context.people, context.results
    if "bank_account_id" not in results:
        opening = {"amount": "0.00", "currency": "CNY"}
        account = {
            "holder": "内蒙古数据流通中心（演示）",
            "number": ACCOUNT,
            "currency": "CNY",
            "opening_balance": opening,
        }
        bank = {"bank_name": "示范银行呼和浩特分行", "bank_code": "105191000018"}
        results["bank_account_id"] = people.clearing.post("/v1/bank-accounts", account | bank)["id"]
        results["bank_balance"] = "0.00"
    day = people.operator.get("/v1/sandbox/clock")["day_in_china"]
    balance = Decimal(results["bank_balance"]) + moved
    results["bank_balance"] = f"{balance:.2f}"
    amount = f'"{abs(moved):,.2f}"'
    columns = f"{amount}," if moved > 0 else f",{amount}"
    raw = f'{_HEADINGS}{day},="{serial}",{columns},{balance:.2f},{name},,{remark}\n'.encode("gb18030")
    people.clearing.call(
        "POST",
        f"/v1/bank-accounts/{results['bank_account_id']}/statements?form=csv&profile=income-outgo",
        content=raw,
        headers={"content-type": "text/csv"},
    )
    context.printer.fact(f"the bank's table imported; closing balance {results['bank_balance']}")


def pay_out(context: Context) -> None:
    """The provider proves its account by a second channel, two officers approve, and the bank pays."""
    printer, people, results = context.printer, context.people, context.results
    printer.step("向提供方付款", "Pay the provider out")
    _prove_account(context)
    owed = people.provider.wait_for("/v1/payouts?status=due", lambda seen: seen["items"])["items"][0]
    officers = [_officer(context, name) for name in ("clearing-2", "clearing-3")]
    batch = people.clearing.post("/v1/payout-batches", {"bank_account_id": results["bank_account_id"]})
    path, approval = f"/v1/payout-batches/{batch['id']}/approval", {"digest": batch["digest"]}
    context.expect_refusal("the proposer approving its own batch", people.clearing, path, approval)
    for officer in officers:
        batch = officer.post(path, approval)
    file = people.clearing.call("GET", f"/v1/payout-batches/{batch['id']}/file").content
    (context.output / "payout.pain.001.xml").write_bytes(file)
    printer.fact(
        f"payout {owed['id']} over {owed['amount']['amount']} approved by two, in a pain.001 of {len(file)} bytes"
    )
    _statement(context, "OUT1", -Decimal(owed["amount"]["amount"]), NAMES["provider"][1], owed["id"])
    paid = people.provider.wait_for(f"/v1/payouts/{owed['id']}", lambda seen: seen["status"] == "confirmed")
    printer.fact(f"the bank has paid; nothing is owed any more, and the payout is {paid['status']}")
    results |= {"payout_id": paid["id"], "payout_state": paid["status"]}


def _prove_account(context: Context) -> None:
    """Declared by the provider, its code by the registered contact, and the days of cooling off on the test clock."""
    printer, people = context.printer, context.people
    details = {"number": "15050170663600000123", "bank_code": "105191000042", "currency": "CNY"}
    body = {"holder": NAMES["provider"][1], **details}
    context.expect_refusal(
        "an account in another's name", people.provider, "/v1/payee-accounts", body | {"holder": "某某"}
    )
    account = people.provider.post("/v1/payee-accounts", body)
    code = people.clearing.post(f"/v1/payee-accounts/{account['id']}/code")["code"]
    people.provider.post(f"/v1/payee-accounts/{account['id']}/confirmation", {"code": code})
    today = date.fromisoformat(people.operator.get("/v1/sandbox/clock")["day_in_china"])
    policy = POLICY.at(today).body
    day = next_payout_day(today + timedelta(days=policy.cooling_days + 1), policy)
    clock = people.operator.post("/v1/sandbox/clock/advance", {"seconds": (day - today).days * 86_400})
    printer.fact(f"account confirmed by a second channel; test clock advanced to {clock['day_in_china']}, a payout day")


def _officer(context: Context, name: str) -> Any:
    operator = context.people.operator
    made = operator.post("/v1/api-keys", {"name": name, "roles": ["clearing"]})
    return operator.with_key(made["secret"], operator.party)
