"""Self-issued tokens (DCP 1.0), both ways: whom we take, what we refuse, and what we send; keys and tokens by PyJWT."""

import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from jwt.algorithms import ECAlgorithm, OKPAlgorithm

from centre.verification.verify import DEEPER
from kernel.crypto import signing
from market.dataspace.credentials import documents, rules
from market.dataspace.jobs import forget
from tests.market.dataspace.connector import Connector, Peer, given_dataset, listening
from tests.market.dataspace.walks import at

NUMBERS = rules.numbers(datetime(2026, 11, 23, tzinfo=UTC).date())
US, THEM = "did:web:us.example", "did:web:them.example"
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
S = int(NOW.timestamp())
GOOD = {"iss": THEM, "sub": THEM, "aud": US, "jti": "1", "iat": S, "exp": S + 300}


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        ({}, True),
        ({"aud": [US]}, True),
        ({"nbf": S + 30}, True),
        ({"iat": S - 329, "exp": S - 29}, True),
        ({"exp": S + 900}, True),
        ({"sub": US}, False),
        ({"iss": US}, False),
        ({"aud": THEM}, False),
        ({"aud": [US, THEM]}, False),
        ({"aud": None}, False),
        ({"jti": ""}, False),
        ({"jti": "x" * 401}, False),
        ({"jti": 7}, False),
        ({"exp": S - 30, "iat": S - 200}, False),
        ({"exp": S + 901}, False),
        ({"exp": S}, False),
        ({"exp": "soon"}, False),
        ({"exp": True}, False),
        ({"exp": float("nan")}, False),
        ({"exp": 10**30}, False),
        ({"iat": S + 31, "exp": S + 300}, False),
        ({"iat": None}, False),
        ({"nbf": S + 31}, False),
        ({"nbf": "now"}, False),
    ],
)
def test_a_token_is_taken_for_its_audience_from_its_subject_and_in_its_time(change, valid):
    assert rules.is_valid(GOOD | change, THEM, US, NOW, NUMBERS) is valid


@pytest.mark.parametrize("name", ["iss", "sub", "aud", "jti", "iat", "exp"])
def test_a_token_says_all_that_the_standard_demands(name):
    assert not rules.is_valid({key: value for key, value in GOOD.items() if key != name}, THEM, US, NOW, NUMBERS)


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:c.example", "https://c.example/.well-known/did.json"),
        ("did:web:c.example%3A8443:dsp:one", "https://c.example:8443/dsp/one/did.json"),
        ("did:web:127.0.0.1%3A80:dsp", "http://127.0.0.1:80/dsp/did.json"),
        ("did:key:z6Mk", None),
        ("did:web:", None),
        ("did:web:c.example:..:x", None),
        ("did:web:c.example:a/b", None),
        ("did:web:user@c.example", None),
        ("did:web:c.example:a%2Fb", None),
        ("did:web:c.example?x", None),
        ("did:web:[::1]", None),
    ],
)
def test_a_document_is_where_its_name_says_and_nowhere_else(did, address):
    assert documents.address(did, sandbox=True) == address


def test_production_reads_documents_by_https_from_public_addresses_only():
    assert documents.address("did:web:127.0.0.1%3A80", sandbox=False) == "https://127.0.0.1:80/.well-known/did.json"
    for private in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "localhost"):
        assert documents.fault(f"did:web:{private}", sandbox=False) is not None
    assert documents.fault(THEM, sandbox=False) is None


class Issuer:
    """A connector outside that signs its own tokens."""

    def __init__(self, did: str) -> None:
        self.did, self.key, self.audience = did, ec.generate_private_key(ec.SECP256R1()), ""
        self.jwk = ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)

    def document(self, **over):
        name = f"{self.did}#k1"
        method = {"id": name, "type": "JsonWebKey2020", "controller": self.did, "publicKeyJwk": self.jwk}
        return {"id": self.did, "verificationMethod": [method], "capabilityInvocation": [name], **over}

    def issue(self, key=None, headers=None, algorithm="ES256", **over):
        now = int(time.time())
        said = {"iss": self.did, "sub": self.did, "aud": self.audience, "jti": str(uuid4()), "iat": now}
        headers = {"kid": f"{self.did}#k1"} if headers is None else headers
        said = {"exp": now + 300, **said, **over}
        return jwt.encode(said, self.key if key is None else key, algorithm=algorithm, headers=headers)


def keys_of(issuer, **over):
    return documents.keys_of(json.dumps(issuer.document(**over)).encode(), issuer.did)


def test_only_keys_that_may_invoke_sign_tokens():
    issuer = Issuer(THEM)
    whole = {"kty": "EC", "crv": "P-256", "x": issuer.jwk["x"], "y": issuer.jwk["y"]}
    assert keys_of(issuer) == {f"{THEM}#k1": whole, documents.ONLY: whole}
    assert keys_of(issuer, capabilityInvocation=[], assertionMethod=[f"{THEM}#k1"]) == {}
    assert keys_of(issuer, capabilityInvocation=["#k1"]) == keys_of(issuer)
    assert keys_of(issuer, capabilityInvocation=[f"{THEM}#other"]) == {}
    other = ed25519.Ed25519PrivateKey.generate().public_key()
    multi = {"id": "#k2", "type": "Multikey", "publicKeyMultibase": signing.multibase(other.public_bytes_raw())}
    two = keys_of(issuer, verificationMethod=[*issuer.document()["verificationMethod"], multi])
    assert set(two) == {f"{THEM}#k1"}  # With two methods a token names its key.
    embedded = keys_of(issuer, verificationMethod=[], capabilityInvocation=[multi])
    assert embedded == {f"{THEM}#k2": OKPAlgorithm.to_jwk(other, as_dict=True)}
    twice = [*issuer.document()["verificationMethod"], multi | {"id": "#k1"}]
    assert keys_of(issuer, verificationMethod=twice) == {}
    assert documents.keys_of(b'{"id": "did:web:another.example"}', THEM) is None
    for broken in (b"", b"[]", b"{", b"[" * 60_000, b'{"id":"\xff"}'):
        assert documents.keys_of(broken, THEM) is None


@pytest.fixture
async def issuing(runtime, as_, client):
    """A participant whose counterparty issues its tokens itself, as `peer` has one with a fixed token."""
    us = await as_("provider")
    async with listening(Connector()) as connector:
        issuer = Issuer(f"did:web:127.0.0.1%3A{connector.port}:dsp")
        connector.document = issuer.document()
        issuer.audience = (await us.get("/v1/dataspace/participant")).json()["did"]
        body = {"did": issuer.did, "address": connector.address, "authentication": "self-issued-token"}
        made = await us.post("/v1/dataspace/counterparties", body)
        assert made.status_code == 201, made.text
        assert made.json()["token_in"] is None
        await given_dataset(runtime, us.party)
        known = made.json()["counterparty"]["id"]
        peer = Peer(us, connector, known, "", client, did=issuer.did, issue=issuer.issue)
        yield SimpleNamespace(peer=peer, issuer=issuer, connector=connector, us=us, id=known, runtime=runtime)


async def asked(one, token):
    """The catalogue, asked with a token; gives status and body."""
    body = {"@context": ["https://w3id.org/dspace/2025/1/context.jsonld"], "@type": "CatalogRequestMessage"}
    answer = await one.peer.say("catalog/request", body, token)
    return answer.status_code, answer.json()


def fetched(one):
    return sum(path.endswith("/did.json") for path, _, _ in one.connector.got)


@pytest.mark.slow
async def test_whoever_signs_with_the_key_of_its_name_is_known_and_each_token_passes_once(issuing):
    issuer, token = issuing.issuer, issuing.issuer.issue()
    assert (await asked(issuing, token))[0] == 200
    assert (await asked(issuing, issuer.issue(headers={})))[0] == 200  # One key in all: it need not be named.
    assert fetched(issuing) == 1
    stranger = ec.generate_private_key(ec.SECP256R1())
    now = int(time.time())
    bodies = {"again": await asked(issuing, token)}
    for name, wrong in {
        "subject": issuer.issue(sub="did:web:another.example"),
        "audience": issuer.issue(aud="did:web:another.example"),
        "old": issuer.issue(iat=now - 400, exp=now - 100),
        "long": issuer.issue(exp=now + 100_000),
        "key": issuer.issue(key=stranger),
        "unsigned": issuer.issue(key="", algorithm="none"),
        "symmetric": issuer.issue(key=issuer.jwk["x"], algorithm="HS256"),
        "name": issuer.issue(headers={"kid": f"{issuer.did}#other"}),
        "issuer": replace_issuer(issuer).issue(),
        "no token": issuer.issue()[:-4] + "AAAA",
    }.items():
        bodies[name] = await asked(issuing, wrong)
    assert {status for status, _ in bodies.values()} == {401}
    assert len({str(body) for _, body in bodies.values()}) == 1
    assert {body["code"] for _, body in bodies.values()} == {"connector-unknown"}
    assert await issuing.runtime.pool.fetchval("SELECT count(*) FROM dataspace_token_name") == 2
    assert await issuing.runtime.pool.fetchval("SELECT count(*) FROM dataspace_received") == 0


def replace_issuer(issuer):
    other = Issuer("did:web:another.example")
    other.audience = issuer.audience
    return other


@pytest.mark.slow
async def test_a_token_whose_message_is_refused_stays_taken(issuing):
    token = issuing.issuer.issue()
    assert (await issuing.peer.say("negotiations/request", {}, token)).status_code == 400
    assert (await issuing.peer.say("negotiations/request", {}, token)).status_code == 401


async def test_a_key_for_assertions_only_is_none_and_documents_are_not_read_at_every_token(issuing):
    one = issuing.issuer
    issuing.connector.document = one.document(capabilityInvocation=[], assertionMethod=[f"{one.did}#k1"])
    assert [(await asked(issuing, one.issue()))[0] for _ in range(3)] == [401, 401, 401]
    assert fetched(issuing) == 1
    # Ten seconds later a key that was added meanwhile is found; five minutes later all are read again.
    issuing.connector.document = one.document()
    await earlier(issuing, 11)
    assert (await asked(issuing, one.issue()))[0] == 200
    issuing.connector.document = one.document(capabilityInvocation=[])
    assert (await asked(issuing, one.issue()))[0] == 200
    await earlier(issuing, 301)
    assert (await asked(issuing, one.issue()))[0] == 401
    assert fetched(issuing) == 3


async def earlier(one, seconds):
    moved = ", ".join(f"{column} = {column} - $1::interval" for column in ("did_tried_at", "did_read_at"))
    moved = f"UPDATE dataspace_counterparty SET {moved}"
    await one.runtime.pool.execute(moved, timedelta(seconds=seconds))


async def test_a_document_that_cannot_be_read_is_no_refusal(issuing):
    one = issuing.issuer
    for document in (None, one.document(id="did:web:another.example"), one.document(padding="x" * 70_000)):
        issuing.connector.document = document
        status, body = await asked(issuing, one.issue())
        assert (status, body["code"]) == (503, "did-document-unreachable")
        await earlier(issuing, 11)
    issuing.connector.document = one.document()
    assert (await asked(issuing, one.issue()))[0] == 200


async def test_who_is_closed_and_who_was_given_a_token_are_not_known_by_their_own(issuing):
    assert (await asked(issuing, issuing.issuer.issue()))[0] == 200
    await issuing.us.delete(f"/v1/dataspace/counterparties/{issuing.id}")
    assert (await asked(issuing, issuing.issuer.issue()))[0] == 401
    given = {"did": "did:web:peer.example", "address": issuing.connector.address}
    assert (await issuing.us.post("/v1/dataspace/counterparties", given)).status_code == 201
    fixed = Issuer("did:web:peer.example")
    fixed.audience = issuing.issuer.audience
    assert (await asked(issuing, fixed.issue()))[0] == 401


async def test_what_we_send_is_signed_by_the_key_of_our_document_and_each_attempt_by_itself(issuing, drain, clock):
    here = (await issuing.us.get("/v1/dataspace/participant")).json()
    issuing.connector.answers = [(503, {})]
    body = {"counterparty_id": issuing.id, "side": "consumer", "dataset_id": "urn:ds:9"}
    offer = {"@id": "urn:offer:1", "permission": [{"action": "use"}]}
    await issuing.peer.do("negotiations", body | {"offer": offer})
    await drain()
    clock.move(timedelta(seconds=5))
    await drain()
    sent = [headers["authorization"].removeprefix("Bearer ") for _, _, headers in issuing.connector.got]
    assert len(sent) == 2
    document = (await issuing.us.http.get(f"/dsp/{issuing.us.party}/did.json")).json()
    (name,) = document["capabilityInvocation"]
    assert document["authentication"] == [name] == here["connector_keys"]
    assert name not in document.get("assertionMethod", [])
    (method,) = [one for one in document["verificationMethod"] if one["id"] == name]
    told = [
        jwt.decode(each, jwt.PyJWK(method["publicKeyJwk"]), ["ES256"], audience=issuing.issuer.did) for each in sent
    ]
    assert {(one["iss"], one["sub"]) for one in told} == {(here["did"], here["did"])}
    assert len({one["jti"] for one in told}) == 2
    assert {one["exp"] - one["iat"] for one in told} == {300}
    assert {jwt.get_unverified_header(each)["kid"] for each in sent} == {name}


async def test_a_new_key_is_listed_before_it_signs_and_the_last_one_after(issuing, clock):
    first = (await issuing.us.get("/v1/dataspace/participant")).json()["connector_keys"]
    both = (await issuing.us.post("/v1/dataspace/participant/connector-key")).json()["connector_keys"]
    assert (len(both), both[1:]) == (2, first)
    rows = await issuing.runtime.pool.fetch("SELECT * FROM dataspace_connector_key ORDER BY id DESC")
    assert rows[0]["signs_from"] - rows[0]["created_at"] == timedelta(minutes=10)
    assert rows[1]["listed_until"] - rows[0]["signs_from"] == timedelta(days=1)
    clock.move(timedelta(days=1, minutes=11))
    assert (await issuing.us.get("/v1/dataspace/participant")).json()["connector_keys"] == both[:1]


@pytest.mark.slow
async def test_an_agreement_shows_the_token_that_its_message_came_with(issuing, drain):
    made = await at(issuing.peer, drain, "provider", "finalized")
    agreement = (await issuing.peer.see(f"negotiations/{made.id}"))["agreement"]
    document = (await issuing.us.get(f"/v1/documents/{agreement['document_id']}")).json()["document"]
    claims = document["credentialSubject"]
    (theirs,) = [one for one in claims["evidence"] if one["side"] == "consumer"]
    assert (theirs["did"], theirs["credential"]["kind"]) == (issuing.issuer.did, "self-issued-token")
    check = DEEPER["dataspace-agreement"]
    assert [one.holds for one in check(claims)] == [True, True, True]
    kept = dict(theirs["credential"])
    other = Issuer(issuing.issuer.did)
    forged = other.issue(aud=issuing.issuer.audience)
    for change in ({"token": forged}, {"key": other.jwk}, {"sha256": "0" * 64}, {"token": 7}, {"key": None}):
        theirs["credential"] = kept | change
        assert [one.holds for one in check(claims)] == [True, True, False], change
    theirs["credential"] = kept
    theirs["did"] = "did:web:another.example"
    assert [one.holds for one in check(claims)] == [True, True, False]


@pytest.mark.slow
async def test_an_access_token_inside_is_not_kept(issuing, drain):
    issuing.peer = replace(issuing.peer, issue=lambda: issuing.issuer.issue(token="secret-of-a-credential-service"))
    made = await at(issuing.peer, drain, "provider", "finalized")
    agreement = (await issuing.peer.see(f"negotiations/{made.id}"))["agreement"]
    document = (await issuing.us.get(f"/v1/documents/{agreement['document_id']}")).json()["document"]
    (theirs,) = [one for one in document["credentialSubject"]["evidence"] if one["side"] == "consumer"]
    assert set(theirs["credential"]) == {"kind", "sha256", "key"}
    assert [one.holds for one in DEEPER["dataspace-agreement"](document["credentialSubject"])] == [True, True, True]


async def test_self_issued_and_fixed_tokens_are_not_mixed(issuing):
    us, path = issuing.us, f"/v1/dataspace/counterparties/{issuing.id}"
    body = {"did": "urn:connector:1", "address": "https://c.example/dsp", "authentication": "self-issued-token"}
    wrong = await us.post("/v1/dataspace/counterparties", body | {"token_out": "x"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "authentication-unfit")
    assert {(one["pointer"], one["rule"]) for one in wrong.json()["errors"]} == {
        ("/did", "LT-DSP-08"),
        ("/token_out", "LT-DSP-08"),
    }
    refused = await us.post(f"{path}/rotation")
    assert (refused.status_code, refused.json()["code"]) == (409, "counterparty-issues-its-tokens")
    assert refused.json()["rule"]["id"] == "LT-DSP-08"
    back = await us("PATCH", path, {"authentication": "token", "token_out": "out"})
    assert (back.json()["authentication"], back.json()["sends_token"]) == ("token", True)
    assert (await asked(issuing, issuing.issuer.issue()))[0] == 401
    token = (await us.post(f"{path}/rotation")).json()["token_in"]
    assert (await asked(issuing, token))[0] == 200
    again = await us("PATCH", path, {"authentication": "self-issued-token"})
    assert (again.json()["authentication"], again.json()["sends_token"]) == ("self-issued-token", False)
    assert (await asked(issuing, token))[0] == 401
    assert (await asked(issuing, issuing.issuer.issue()))[0] == 200


@pytest.mark.slow
async def test_without_the_extra_it_is_said(issuing, drain, monkeypatch):
    made = await at(issuing.peer, drain, "provider", "finalized")
    agreement = (await issuing.peer.see(f"negotiations/{made.id}"))["agreement"]
    document = (await issuing.us.get(f"/v1/documents/{agreement['document_id']}")).json()["document"]
    monkeypatch.setitem(sys.modules, "jwt", None)
    checked = DEEPER["dataspace-agreement"](document["credentialSubject"])
    assert [one.holds for one in checked] == [True, True, None]
    body = {"did": "did:web:c.example", "address": "https://c.example/dsp", "authentication": "self-issued-token"}
    refused = await issuing.us.post("/v1/dataspace/counterparties", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "self-issued-tokens-not-installed")
    key = await issuing.us.post("/v1/dataspace/participant/connector-key")
    assert (key.status_code, key.json()["code"]) == (422, "self-issued-tokens-not-installed")


async def test_names_that_are_too_old_are_forgotten(issuing):
    assert (await asked(issuing, issuing.issuer.issue()))[0] == 200
    await forget(issuing.runtime)
    assert await issuing.runtime.pool.fetchval("SELECT count(*) FROM dataspace_token_name") == 1
    await issuing.runtime.pool.execute("UPDATE dataspace_token_name SET expires_at = now() - interval '1 second'")
    await forget(issuing.runtime)
    assert await issuing.runtime.pool.fetchval("SELECT count(*) FROM dataspace_token_name") == 0
