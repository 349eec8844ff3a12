"""What a participant cannot do: more counterparties, an offer of nothing, a fixture beside real agreements."""

from market.dataspace.rules import numbers
from tests.conftest import NOW
from tests.market.trade import Trade
from tests.refusals import outcome, refused


async def test_the_counterparties_of_a_participant_are_bounded(peer, runtime):
    most = numbers(NOW.date()).tokens.counterparties_max
    copied = (
        "INSERT INTO dataspace_counterparty (id, participant, did, address, authentication, active, created_at)"
        " SELECT 'dcp_' || n, participant, did || n, address, authentication, active, created_at"
        " FROM dataspace_counterparty, generate_series(2, $1) n WHERE id = $2"
    )
    await runtime.pool.execute(copied, most - 1, peer.counterparty)
    last = {"did": "did:web:last.example", "address": peer.connector.address, "token_out": "out-token"}
    assert outcome(await peer.us.post("/v1/dataspace/counterparties", last)) == 201
    more = await peer.us.post("/v1/dataspace/counterparties", last | {"did": "did:web:more.example"})
    assert str(most) in refused(more, 409, "counterparty-limit-reached", "LT-DSP-01")["detail"]


async def test_whoever_has_published_no_offer_says_what_it_offers(peer, runtime):
    await runtime.pool.execute("UPDATE dataspace_dataset SET offers = '[]'")
    begun = {"side": "provider", "counterparty_id": peer.counterparty, "dataset_id": peer.dataset}
    refused(await peer.us.post("/v1/dataspace/negotiations", begun), 422, "offer-not-made", "LT-DSP-05")
    assert (await peer.us.get("/v1/dataspace/negotiations")).json()["items"] == []
    plain = {"permission": [{"action": "use"}]}
    assert outcome(await peer.us.post("/v1/dataspace/negotiations", begun | {"offer": plain})) == 202


async def test_a_participant_with_a_real_agreement_takes_no_fixture(peer, runtime, as_):
    fixture = {
        "agreements": [{"id": "urn:agreement:1", "counterparty_id": peer.counterparty, "dataset_id": peer.dataset}]
    }
    assert (await peer.do("fixture", fixture))["agreements_added"] == 1
    order = await (await Trade.begin(runtime, as_)).order()
    await runtime.pool.execute("UPDATE dataspace_agreement SET order_id = $1", order)
    refused(await peer.us.post("/v1/dataspace/fixture", fixture), 409, "fixture-refused", "LT-DSP-07")


async def test_nobody_connects_to_a_party_that_is_no_participant(peer, as_):
    valuer = await as_("valuer")
    body = {"did": "did:web:own.example", "address": peer.connector.address, "token_out": "out-token"}
    for party in (valuer.party, "pty_" + "0" * 26):
        answer = await peer.us.post(f"/v1/dataspace/participants/{party}/connections", body)
        refused(answer, 404, "participant-unknown")
