"""The document of an agreement that was made over the wire: who made it how, for whoever is not party to it."""

import json

import pytest

from centre.verification.verify import DEEPER, examined
from kernel.documents.render import html
from tests.market.dataspace.walks import at


@pytest.mark.slow
@pytest.mark.parametrize("side", ["provider", "consumer"])
async def test_a_concluded_agreement_has_a_document_that_shows_how_each_side_made_it(peer, drain, side):
    made = await at(peer, drain, side, "finalized")
    agreement = (await peer.see(f"negotiations/{made.id}"))["agreement"]
    document = (await peer.us.get(f"/v1/documents/{agreement['document_id']}")).json()["document"]
    claims = document["credentialSubject"]
    kinds = {one["side"]: one["kind"] for one in claims["evidence"]}
    assert kinds == {
        "provider": "signing-key" if side == "provider" else "dataspace-message",
        "consumer": "dataspace-message",
    }
    theirs = next(one for one in claims["evidence"] if one["side"] != side)
    assert theirs["did"] == "did:web:peer.example"
    assert (theirs["credential"]["kind"], len(theirs["credential"]["sha256"])) == ("bearer-token", 64)
    assert peer.token not in json.dumps(document)
    assert [one.holds for one in DEEPER["dataspace-agreement"](claims)] == [True, True, True]
    report = examined(json.dumps(document).encode(), "agreement.json", None)
    untrusted = {"trust anchor", "log inclusion"}  # Of this process's own centre, whose keys are not given here.
    assert {one.name.en for one in report.checks if one.holds is False} <= untrusted
    theirs["message"]["@context"] = []
    broken = examined(json.dumps(document).encode(), "agreement.json", None)
    assert "signature" in {one.name.en for one in broken.checks if one.holds is False}
    wrong = [one.name.en for one in DEEPER["dataspace-agreement"](claims) if not one.holds]
    assert wrong == [f"How the {theirs['side']} made it"]
    theirs["message"]["consumerPid"] = "urn:uuid:another"  # Then the two are not of one negotiation.
    wrong = [one.name.en for one in DEEPER["dataspace-agreement"](claims) if not one.holds]
    assert wrong == ["How the provider made it", "How the consumer made it"]
    for lang, words in (("zh", "线上如何订立"), ("en", "How it was made over the wire")):
        assert words in html(document, "dataspace-agreement", lang)
