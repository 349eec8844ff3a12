"""Who takes part: each applies with its credit code, is admitted by the operator, and acts with its own key."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from centre.demo.client import ApiClient, Refused
from centre.demo.printer import Printer
from kernel.crypto import signing
from kernel.identity import uscc
from kernel.identity.commands import challenge

PLEDGES: Final = {
    "provider": [
        "accept-trading-rules",
        "truthful-information",
        "lawful-source",
        "no-state-secrets",
        "use-within-licence",
    ],
    "buyer": ["accept-trading-rules", "truthful-information", "use-within-licence"],
    "valuer": ["accept-trading-rules", "truthful-information", "independence"],
    "tester": ["accept-trading-rules", "truthful-information", "independence"],
}
NAMES: Final = {
    "provider": ("91150100MA0DEM0P1", "草原航旅数据科技有限公司", "provider buyer"),
    "buyer": ("91110108MA0DEM0B2", "京华物流研究院有限公司", "buyer"),
    "card_buyer": ("91310115MA0DEM0C3", "沪港智能出行有限公司", "buyer"),
    "valuer": ("91150000MA0DEM0A4", "北疆资产评估有限公司", "valuer"),
    "tester": ("91150100MA0DEM0T6", "丰州数据检测有限公司", "tester"),
    "stranger": ("91440300MA0DEM0X5", "未准入测试有限公司", "provider"),
}

MEMBERS: Final = ("provider", "buyer", "card_buyer", "valuer", "tester")
WATCHING: Final = ("regulator", "auditor")


@dataclass(frozen=True)
class Signatory:
    """A party's registered signing key; the private half stays with the party."""

    key_id: str
    signer: signing.Ed25519Signer


@dataclass
class People:
    """Everybody in the story, each with a key of its own."""

    operator: ApiClient
    registrar: ApiClient
    reviewer: ApiClient
    clearing: ApiClient
    regulator: ApiClient
    auditor: ApiClient
    provider: ApiClient
    buyer: ApiClient
    card_buyer: ApiClient
    valuer: ApiClient
    tester: ApiClient
    stranger: ApiClient
    signatories: dict[str, Signatory]


def gather(operator: ApiClient, invitations: Mapping[str, str], printer: Printer) -> People:
    """Admit everybody, give the officers their keys, and let the watching offices take theirs by their invitations."""
    admitted = {name: _admit(operator, name, printer) for name in MEMBERS}
    stranger = _apply(operator, "stranger")
    officers = {role: _officer(operator, role) for role in ("registrar", "reviewer", "clearing")}
    officers |= {office: _take(operator, invitation) for office, invitation in invitations.items()}
    printer.fact("centre's officers: registrar, reviewer and clearing officer, each with a key of its own")
    printer.fact("regulator and auditor took their keys by invitation: the operator's key makes none of theirs")
    people = People(operator=operator, stranger=stranger, signatories={}, **admitted, **officers)
    for name in ("provider", "buyer", "card_buyer"):
        people.signatories[name] = _signatory(admitted[name])
    _refuse(people, printer)
    return people


def _code(first17: str) -> str:
    return first17 + uscc.check_character(first17)


def _apply(operator: ApiClient, name: str) -> ApiClient:
    first17, title, roles = NAMES[name]
    application = {
        "uscc": _code(first17),
        "name": title,
        "kind": "enterprise",
        "roles": roles.split(),
        "pledges": PLEDGES[roles.split()[0]],
        "contact": {"name": "联系人", "email": f"{name.replace('_', '-')}@demo.example"},
    }
    answer = operator.with_key("", None).post("/v1/parties", application)
    return operator.with_key(answer["secret"], answer["party"]["id"])


def _admit(operator: ApiClient, name: str, printer: Printer) -> ApiClient:
    try:
        client = _apply(operator, name)
    except Refused as problem:
        # The first answer, with the key in it, was lost with the server; the key cannot be shown again.
        raise RuntimeError(f"{name}: the answer with the key was lost; {problem}") from problem
    decision = {"action": "admit", "reason": "统一社会信用代码、承诺与材料核验一致"}
    operator.post(f"/v1/parties/{client.party}/admission", decision)
    first17, title, role = NAMES[name]
    printer.fact(f"{title}  {_code(first17)}  {role}")
    return client


def _officer(operator: ApiClient, role: str) -> ApiClient:
    made = operator.post("/v1/api-keys", {"name": role, "roles": [role]})
    return operator.with_key(made["secret"], operator.party)


def _take(operator: ApiClient, invitation: str) -> ApiClient:
    taken = operator.with_key("", None).post("/v1/office-keys", {"invitation": invitation})
    return operator.with_key(taken["secret"], taken["key"]["party_id"])


def _signatory(client: ApiClient) -> Signatory:
    signer = signing.generate()
    public = signing.multibase(signer.public)
    proof = base64.b64encode(signer.sign(challenge(public).encode())).decode()
    made = client.post("/v1/signing-keys", {"public_key": public, "proof": proof})
    return Signatory(made["id"], signer)


def _refuse(people: People, printer: Printer) -> None:
    try:
        people.stranger.post("/v1/assets", {})
    except Refused as problem:
        printer.refused("an unadmitted party registers", problem.code, problem.problem.get("rule", {}).get("id", ""))
    else:
        raise RuntimeError("an unadmitted party was let in")
