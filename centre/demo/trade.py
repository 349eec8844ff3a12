"""The trade of the story: order, agreement, payment, delivery, acceptance, settlement."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from centre.demo.client import ApiClient, Refused
from centre.demo.context import Context
from centre.demo.money import payout


def order_and_agree(context: Context) -> None:
    """Order the listing, and sign the agreement's digest with both parties' own keys."""
    printer, people = context.printer, context.people
    printer.step("下单并双方签约", "Order, and sign the agreement with both parties' keys")
    body = {"listing_id": context.results["listing_id"], "purpose": "internal-analysis"}
    context.expect_refusal("buying one's own listing", people.provider, "/v1/orders", body)
    order = people.buyer.post("/v1/orders", body)
    printer.fact(f"order {order['id']} for {order['price']['amount']} {order['price']['currency']}")
    context.results["order_id"] = order["id"]
    context.expect_refusal("a download before payment", people.buyer, f"/v1/orders/{order['id']}/links", {})
    agreement = _sign(context, order["id"], "buyer")
    printer.fact(f"agreement {agreement['id']} in force; {agreement['digest']}")
    context.results |= {"agreement_id": agreement["id"], "agreement_sha256": agreement["digest"]}
    context.results["agreement_document"] = agreement["document_id"]
    _show_title(context, agreement["grant_id"])


def _show_title(context: Context, grant_id: str) -> None:
    """The licence is a link of the chain of title since the second signature, and reaches no further than it says."""
    printer, people, asset = context.printer, context.people, context.results["asset_id"]
    licences = people.buyer.get(f"/v1/assets/{asset}/title")["licences"]
    (licence,) = [found for found in licences if found["id"] == grant_id]
    terms = licence["terms"]
    printer.fact(f"licence {grant_id} in the chain of title: {', '.join(terms['actions'])} until {terms['ends']}")
    onward = {
        **{side: terms[side] for side in ("purposes", "territory", "environments", "starts", "ends")},
        "rights": ["USE"],
        "recipients": [f"party:{people.card_buyer.party}"],
    }
    body = {"grantee_id": people.card_buyer.party, "terms": onward}
    context.expect_refusal("the buyer licensing it onward", people.buyer, f"/v1/assets/{asset}/grants", body)


def _sign(context: Context, order_id: str, buyer: str) -> Any:
    people = context.people
    agreement = getattr(people, buyer).post(f"/v1/orders/{order_id}/agreement")
    for name in (buyer, "provider"):
        signatory = people.signatories[name]
        signature = base64.b64encode(signatory.signer.sign(agreement["signing_text"].encode())).decode()
        body = {"signing_key_id": signatory.key_id, "signature": signature}
        getattr(people, name).post(f"/v1/agreements/{agreement['id']}/signatures", body)
    return people.provider.get(f"/v1/agreements/{agreement['id']}")


def pay_by_transfer(context: Context) -> None:
    """Pay by bank transfer; the bank's statement shows what arrived, and the reference says for what."""
    printer, people = context.printer, context.people
    printer.step("银行转账付款入托管", "Pay by bank transfer into escrow")
    order_id = context.results["order_id"]
    payment = people.buyer.post(f"/v1/orders/{order_id}/payments", {"method": "bank_transfer"})
    printer.fact(
        f"transfer to {payment['instructions']['account_number']} quoting {payment['instructions']['reference']}"
    )
    payout.bank_shows(context, payment["amount"]["amount"], payment["instructions"]["reference"])
    paid = people.buyer.wait_for(f"/v1/orders/{order_id}", lambda seen: seen["status"] == "paid")
    printer.fact(f"order is {paid['status']}; the money is in escrow")
    context.expect_refusal("paying twice", people.buyer, f"/v1/orders/{order_id}/payments", {"method": "bank_transfer"})


def deliver_and_accept(context: Context) -> None:
    """Fetch the agreement's files by signed links, confirm their digests, accept."""
    printer, people = context.printer, context.people
    printer.step("签名链接交付与验收", "Deliver by signed links, and accept")
    order_id = context.results["order_id"]
    links = people.buyer.post(f"/v1/orders/{order_id}/links")
    folder = context.output / "delivered"
    folder.mkdir(exist_ok=True)
    for file in links["files"]:
        sha256 = context.delivered[file["name"]] = _fetch(people.buyer, file["url"], folder / file["name"])
        printer.fact(f"{file['name']}: {file['size_bytes']:,} bytes in two ranges, sha256 {sha256[:16]}…")
    _altered(context, links["files"][0]["url"])
    received = [{"name": name, "sha256": sha256} for name, sha256 in context.delivered.items()]
    receipt = people.buyer.post(f"/v1/orders/{order_id}/receipt", {"files": received})
    context.results["receipt_document"] = receipt["receipt_id"]
    context.expect_refusal(
        "the provider accepting for the buyer", people.provider, f"/v1/orders/{order_id}/acceptance", {}
    )
    people.buyer.post(f"/v1/orders/{order_id}/acceptance")
    printer.fact("the buyer confirmed every digest and accepted")


def _fetch(buyer: ApiClient, url: str, target: Path) -> str:
    """Download in two ranges, as an interrupted client would; gives the SHA-256 of what arrived."""
    head = buyer.call("HEAD", url)
    size = int(head.headers["content-length"])
    half = size // 2
    digest = hashlib.sha256()
    with target.open("wb") as file:
        for part in (f"bytes=0-{half - 1}", f"bytes={half}-"):
            answer = buyer.call("GET", url, headers={"range": part})
            if answer.status_code != 206:
                raise RuntimeError(f"a range was answered with {answer.status_code}")
            digest.update(answer.content)
            file.write(answer.content)
    return digest.hexdigest()


def _altered(context: Context, url: str) -> None:
    other = url[:-1] + ("A" if url[-1] != "A" else "B")
    try:
        context.people.buyer.call("GET", other)
    except Refused as problem:
        context.printer.refused("an altered link", problem.code, problem.problem.get("rule", {}).get("id", "-"))
    else:
        raise RuntimeError("an altered link was served")


def settle(context: Context) -> None:
    """The worker settles from escrow: fee by rule, the rest to the provider."""
    printer, people = context.printer, context.people
    printer.step("托管结算与分账", "Settle from escrow")
    order = people.buyer.wait_for(f"/v1/orders/{context.results['order_id']}", lambda seen: seen["status"] == "settled")
    statement = people.provider.get(f"/v1/orders/{order['id']}/settlement")
    share, gross = statement["provider_share"]["amount"], statement["gross"]["amount"]
    printer.fact(f"fee {statement['fee']['amount']}, provider's share {share} of {gross}")
    balances = people.clearing.get("/v1/ledger/trial-balance")
    off = sum(abs(row["difference_minor"]) for row in _rows(balances))
    printer.fact(f"trial balance difference: {off}")
    context.results |= {
        "order_state": order["status"],
        "settlement_document": statement["document_id"],
        "trial_balance": off,
    }


def _rows(found: Any) -> list[Any]:
    return list(found["items"]) if isinstance(found, dict) and "items" in found else list(found)


def buy_by_card(context: Context) -> None:
    """A second buyer pays by card: the real Stripe SDK against a stand-in, and a signed webhook brings the news."""
    printer, people = context.printer, context.people
    printer.step("第二位买方刷卡付款", "A second buyer pays by card")
    buyer = people.card_buyer
    order = buyer.post("/v1/orders", {"listing_id": context.results["listing_id"], "purpose": "research"})
    _sign(context, order["id"], "card_buyer")
    body = {"method": "card", "return_url": "https://buyer.example/return"}
    payment = buyer.post(f"/v1/orders/{order['id']}/payments", body)
    session = payment["checkout_url"].rstrip("/").rsplit("/", 1)[-1]
    buyer.http.post(f"{context.centre.stripe_url}/_control/pay/{session}", json={}).raise_for_status()
    paid = buyer.wait_for(f"/v1/orders/{order['id']}", lambda seen: seen["status"] == "paid")
    printer.fact(f"order {paid['id']} is {paid['status']} after the signed webhook")
    context.results["card_order_id"] = order["id"]
