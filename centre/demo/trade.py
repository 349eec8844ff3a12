"""The trade of the story: order, agreement, payment, delivery, acceptance, settlement."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from centre.demo.caller import Caller, Refused
from centre.demo.tale import Tale


def order_and_agree(tale: Tale) -> None:
    """Order the listing, and sign the agreement's digest with both parties' own keys."""
    account, people = tale.account, tale.people
    account.step("下单并双方签约", "Order, and sign the agreement with both parties' keys")
    body = {"listing_id": tale.known["listing_id"], "purpose": "internal-analysis"}
    tale.expect_refusal("buying one's own listing", people.provider, "/v1/orders", body)
    order = people.buyer.post("/v1/orders", body)
    account.fact(f"order {order['id']} for {order['price']['amount']} {order['price']['currency']}")
    tale.known["order_id"] = order["id"]
    tale.expect_refusal("a download before payment", people.buyer, f"/v1/orders/{order['id']}/links", {})
    agreement = _sign(tale, order["id"], "buyer")
    account.fact(f"agreement {agreement['id']} in force; {agreement['digest']}")
    tale.known |= {"agreement_id": agreement["id"], "agreement_sha256": agreement["digest"]}
    tale.known["agreement_document"] = agreement["document_id"]
    _show_title(tale, agreement["grant_id"])


def _show_title(tale: Tale, grant_id: str) -> None:
    """The licence is a link of the chain of title since the second signature, and reaches no further than it says."""
    account, people, asset = tale.account, tale.people, tale.known["asset_id"]
    licences = people.buyer.get(f"/v1/assets/{asset}/title")["licences"]
    (licence,) = [found for found in licences if found["id"] == grant_id]
    terms = licence["terms"]
    account.fact(f"licence {grant_id} in the chain of title: {', '.join(terms['actions'])} until {terms['ends']}")
    onward = {
        **{side: terms[side] for side in ("purposes", "territory", "environments", "starts", "ends")},
        "rights": ["USE"],
        "recipients": [f"party:{people.card_buyer.party}"],
    }
    body = {"grantee_id": people.card_buyer.party, "terms": onward}
    tale.expect_refusal("the buyer licensing it onward", people.buyer, f"/v1/assets/{asset}/grants", body)


def _sign(tale: Tale, order_id: str, buyer: str) -> Any:
    people = tale.people
    agreement = getattr(people, buyer).post(f"/v1/orders/{order_id}/agreement")
    for name in (buyer, "provider"):
        signatory = people.signatories[name]
        signature = base64.b64encode(signatory.signer.sign(agreement["signing_text"].encode())).decode()
        body = {"signing_key_id": signatory.key_id, "signature": signature}
        getattr(people, name).post(f"/v1/agreements/{agreement['id']}/signatures", body)
    return people.provider.get(f"/v1/agreements/{agreement['id']}")


def pay_by_transfer(tale: Tale) -> None:
    """Pay by bank transfer; the clearing officer confirms what arrived, to the minor unit."""
    account, people = tale.account, tale.people
    account.step("银行转账付款入托管", "Pay by bank transfer into escrow")
    order_id = tale.known["order_id"]
    payment = people.buyer.post(f"/v1/orders/{order_id}/payments", {"method": "bank_transfer"})
    account.fact(
        f"transfer to {payment['instructions']['account_number']} quoting {payment['instructions']['reference']}"
    )
    on = people.operator.get("/v1/sandbox/clock")["day_in_china"]
    confirmation = {"bank_reference": f"DEMO{order_id[-10:]}", "amount": payment["amount"], "received_on": on}
    people.clearing.post(f"/v1/payments/{payment['id']}/confirm", confirmation)
    paid = people.buyer.get(f"/v1/orders/{order_id}")
    account.fact(f"order is {paid['status']}; the money is in escrow")
    tale.expect_refusal("paying twice", people.buyer, f"/v1/orders/{order_id}/payments", {"method": "bank_transfer"})


def deliver_and_accept(tale: Tale) -> None:
    """Fetch the agreement's files by signed links, confirm their digests, accept."""
    account, people = tale.account, tale.people
    account.step("签名链接交付与验收", "Deliver by signed links, and accept")
    order_id = tale.known["order_id"]
    links = people.buyer.post(f"/v1/orders/{order_id}/links")
    folder = tale.output / "delivered"
    folder.mkdir(exist_ok=True)
    for file in links["files"]:
        tale.delivered[file["name"]] = _fetch(people.buyer, file["url"], folder / file["name"])
        account.fact(
            f"{file['name']}: {file['size_bytes']:,} bytes in two ranges, sha256 {tale.delivered[file['name']][:16]}…"
        )
    _altered(tale, links["files"][0]["url"])
    received = [{"name": name, "sha256": sha256} for name, sha256 in tale.delivered.items()]
    receipt = people.buyer.post(f"/v1/orders/{order_id}/receipt", {"files": received})
    tale.known["receipt_document"] = receipt["receipt_id"]
    tale.expect_refusal(
        "the provider accepting for the buyer", people.provider, f"/v1/orders/{order_id}/acceptance", {}
    )
    people.buyer.post(f"/v1/orders/{order_id}/acceptance")
    account.fact("the buyer confirmed every digest and accepted")


def _fetch(buyer: Caller, url: str, target: Path) -> str:
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


def _altered(tale: Tale, url: str) -> None:
    other = url[:-1] + ("A" if url[-1] != "A" else "B")
    try:
        tale.people.buyer.call("GET", other)
    except Refused as problem:
        tale.account.refused("an altered link", problem.code, problem.problem.get("rule", {}).get("id", "-"))
    else:
        raise RuntimeError("an altered link was served")


def settle(tale: Tale) -> None:
    """The worker settles from escrow: fee by rule, the rest to the provider."""
    account, people = tale.account, tale.people
    account.step("托管结算与分账", "Settle from escrow")
    order = people.buyer.wait_for(f"/v1/orders/{tale.known['order_id']}", lambda seen: seen["status"] == "settled")
    statement = people.provider.get(f"/v1/orders/{order['id']}/settlement")
    share, gross = statement["provider_share"]["amount"], statement["gross"]["amount"]
    account.fact(f"fee {statement['fee']['amount']}, provider's share {share} of {gross}")
    balances = people.clearing.get("/v1/ledger/trial-balance")
    off = sum(abs(row["difference_minor"]) for row in _rows(balances))
    account.fact(f"trial balance difference: {off}")
    tale.known |= {
        "order_state": order["status"],
        "settlement_document": statement["document_id"],
        "trial_balance": off,
    }


def _rows(found: Any) -> list[Any]:
    return list(found["items"]) if isinstance(found, dict) and "items" in found else list(found)


def buy_by_card(tale: Tale) -> None:
    """A second buyer pays by card: the real Stripe SDK against a stand-in, and a signed webhook brings the news."""
    account, people = tale.account, tale.people
    account.step("第二位买方刷卡付款", "A second buyer pays by card")
    buyer = people.card_buyer
    order = buyer.post("/v1/orders", {"listing_id": tale.known["listing_id"], "purpose": "research"})
    _sign(tale, order["id"], "card_buyer")
    body = {"method": "card", "return_url": "https://buyer.example/return"}
    payment = buyer.post(f"/v1/orders/{order['id']}/payments", body)
    session = payment["checkout_url"].rstrip("/").rsplit("/", 1)[-1]
    buyer.http.post(f"{tale.centre.stripe_url}/_control/pay/{session}", json={}).raise_for_status()
    paid = buyer.wait_for(f"/v1/orders/{order['id']}", lambda seen: seen["status"] == "paid")
    account.fact(f"order {paid['id']} is {paid['status']} after the signed webhook")
    tale.known["card_order_id"] = order["id"]
