"""What is a message of the protocol and what is not, and policies there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.usage.errors import PolicyInexpressible
from contracts.usage.reading import read as decidable
from kernel.errors import FieldError
from market.dataspace.catalogue.reading import dataset_query
from market.dataspace.errors import MessageRefused
from market.dataspace.messages import offers, writing
from market.dataspace.messages.kinds import SHAPES, Kind, faults_of
from market.dataspace.messages.shapes import CONTEXT, is_id
from tests.contracts.usage.trees import policies

CTX = [CONTEXT]
PIDS = {"providerPid": "urn:uuid:p", "consumerPid": "urn:uuid:c"}
USE = {"permission": [{"action": "use"}]}
OFFER = {"@id": "urn:offer:1", "@type": "Offer", "target": "urn:ds:1", **USE}
AGREEMENT = {
    "@id": "urn:uuid:a",
    "@type": "Agreement",
    "target": "urn:ds:1",
    "assigner": "did:web:a",
    "assignee": "did:web:b",
    "timestamp": "2026-01-01T00:00:00Z",
    **USE,
}
ADDRESS = {"@type": "DataAddress", "endpointType": "https://w3id.org/idsa/v4.1/HTTP", "endpoint": "https://x.example/d"}
RIGHT = {
    Kind.CATALOG_REQUEST: {"filter": []},
    Kind.CONTRACT_REQUEST: {"consumerPid": "c", "callbackAddress": "https://c.example/dsp", "offer": OFFER},
    Kind.CONTRACT_OFFER: {"providerPid": "p", "callbackAddress": "https://c.example/dsp", "offer": OFFER},
    Kind.CONTRACT_AGREEMENT: {**PIDS, "agreement": AGREEMENT},
    Kind.VERIFICATION: PIDS,
    Kind.EVENT: {**PIDS, "eventType": "ACCEPTED"},
    Kind.CONTRACT_TERMINATION: {**PIDS, "code": "PRICE", "reason": ["too high"]},
    Kind.TRANSFER_REQUEST: {
        "consumerPid": "c",
        "agreementId": "urn:uuid:a",
        "format": "HttpData-PULL",
        "callbackAddress": "https://c.example/dsp",
    },
    Kind.TRANSFER_START: {**PIDS, "dataAddress": ADDRESS},
    Kind.TRANSFER_COMPLETION: PIDS,
    Kind.TRANSFER_SUSPENSION: {**PIDS, "reason": [{"message": "later"}]},
    Kind.TRANSFER_TERMINATION: PIDS,
}


def message(kind, **over):
    return {"@context": CTX, "@id": "urn:uuid:m", "@type": str(kind), **RIGHT[kind], **over}


def pointers(kind, sent):
    return [fault.pointer for fault in faults_of(sent, kind)]


@pytest.mark.parametrize("kind", Kind)
def test_the_right_message_is_one_and_may_hold_more(kind):
    assert pointers(kind, message(kind)) == []
    assert pointers(kind, message(kind, **{"urn:x": {"y": 1}, "@context": [*CTX, "https://other.example"]})) == []


@pytest.mark.parametrize("kind", Kind)
def test_every_missing_part_is_named_at_once(kind):
    sent = {name: value for name, value in message(kind).items() if name not in SHAPES[kind].required}
    found = pointers(kind, sent)
    assert all(any(one.startswith(f"/{name}") for one in found) for name in SHAPES[kind].required)


@pytest.mark.parametrize("context", [None, CONTEXT, [], ["https://other.example"], [{}], {"x": 1}, [CONTEXT] * 30])
def test_the_context_is_a_list_with_the_protocols(context):
    assert "/@context" in pointers(Kind.VERIFICATION, message(Kind.VERIFICATION, **{"@context": context}))


@pytest.mark.parametrize(
    ("kind", "over", "pointer"),
    [
        (Kind.CONTRACT_REQUEST, {"providerPid": "p"}, "/callbackAddress"),  # Exactly one of the two.
        (Kind.CONTRACT_REQUEST, {"callbackAddress": None}, "/callbackAddress"),
        (Kind.CONTRACT_REQUEST, {"callbackAddress": "ftp://c.example"}, "/callbackAddress"),
        (Kind.CONTRACT_REQUEST, {"consumerPid": "a b"}, "/consumerPid"),
        (Kind.CONTRACT_REQUEST, {"consumerPid": "x" * 401}, "/consumerPid"),
        (Kind.CONTRACT_REQUEST, {"offer": {**OFFER, "target": None}}, "/offer/target"),
        (Kind.CONTRACT_REQUEST, {"offer": {"@id": "o", "@type": "Offer", "target": "d"}}, "/offer/permission"),
        (Kind.CONTRACT_REQUEST, {"offer": {**OFFER, "permission": [{}]}}, "/offer/permission/0/action"),
        (Kind.CONTRACT_REQUEST, {"offer": {**OFFER, "x": 2**60}}, "/offer"),
        (Kind.CONTRACT_AGREEMENT, {"agreement": {**AGREEMENT, "timestamp": "today"}}, "/agreement/timestamp"),
        (Kind.CONTRACT_AGREEMENT, {"agreement": {**AGREEMENT, "assigner": 5}}, "/agreement/assigner"),
        (Kind.EVENT, {"eventType": "FINISHED"}, "/eventType"),
        (Kind.CONTRACT_TERMINATION, {"reason": []}, "/reason"),
        (Kind.TRANSFER_START, {"dataAddress": {"@type": "DataAddress"}}, "/dataAddress/endpointType"),
        (Kind.VERIFICATION, {"@type": "ContractRequestMessage"}, "/@type"),
        (Kind.VERIFICATION, {"@id": 7}, "/@id"),
    ],
)
def test_what_is_wrong_is_named(kind, over, pointer):
    assert pointer in pointers(kind, message(kind, **over))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)
    )
)
def test_whatever_is_sent_is_a_message_or_has_faults_and_nothing_is_raised(value):
    for kind in Kind:
        assert all(isinstance(one, FieldError) for one in faults_of(value, kind))
        sent = {
            **message(kind),
            "offer": value,
            "agreement": value,
            "dataAddress": value,
            "reason": value,
            "@id": value,
        }
        assert all(isinstance(one, FieldError) for one in faults_of(sent, kind))


@given(policies())
def test_a_policy_comes_back_from_an_offer_of_the_wire(policy):
    written = offers.offer(policy, "urn:offer:1")
    assert "target" not in written
    assert offers.read(written, policy.asset, policy.vocabulary) == policy
    agreed = offers.between(
        written, agreement_id="a", target="d", assigner="x", assignee="y", timestamp="2026-01-01T00:00:00Z"
    )
    assert offers.same(agreed, written)
    assert offers.read(agreed, policy.asset, policy.vocabulary) == policy


def test_plain_use_is_anyones_for_everything_and_can_be_decided():
    policy = offers.read({"permission": {"action": {"@id": "odrl:use"}, "constraint": []}}, "ast", "2026-11")
    assert decidable(policy).permissions[0].recipients == ("anyone",)


@pytest.mark.parametrize(
    "rules",
    [
        {"permission": [{"action": "odrl:distribute"}]},
        {
            "permission": [
                {"action": "use", "constraint": [{"leftOperand": "x", "operator": "eq", "rightOperand": "y"}]}
            ]
        },
        {"permission": [{"action": "use"}], "prohibition": [{"action": "use"}]},
        {"permission": [{"action": "use", "constraint": [{"leftOperand": "odrl:count"}]}], "profile": "urn:other"},
    ],
)
def test_what_no_gate_decides_is_never_ignored(rules):
    with pytest.raises(PolicyInexpressible):
        offers.read(rules, "ast", "2026-11")


def test_an_error_names_both_ends_as_far_as_they_are_known():
    made = writing.error(writing.NEGOTIATION_ERROR, "x", ["why"], {"providerPid": "p", "consumerPid": 5})
    assert made["providerPid"] == "p"
    assert is_id(made["consumerPid"])
    assert "providerPid" not in writing.error(writing.CATALOG_ERROR, "x", ["why"])


EDC = "https://w3id.org/edc/v0.0.1/ns/"


def test_a_query_of_edc_is_read_as_it_is_sent():
    query = {
        f"{EDC}limit": 50,
        f"{EDC}offset": {"@value": "10"},
        f"{EDC}sortOrder": "ASC",
        f"{EDC}filterExpression": [
            {f"{EDC}operandLeft": f"{EDC}id", f"{EDC}operator": "=", f"{EDC}operandRight": "urn:ds:1"}
        ],
    }
    found = dataset_query({"filter": query}, 100)
    assert (found.limit, found.offset, found.ids) == (50, 10, frozenset({"urn:ds:1"}))
    assert dataset_query({"filter": [{"limit": 0, "offset": -3, "filterExpression": []}]}, 100).limit == 100
    assert dataset_query({}, 100).ids is None
    for odd in (5, "x", [None], [[]], {"limit": "many"}):
        assert dataset_query({"filter": odd}, 100).limit == 100


def test_a_filter_on_what_is_not_kept_is_refused_and_not_ignored():
    with pytest.raises(MessageRefused):
        dataset_query(
            {"filter": [{"filterExpression": [{"operandLeft": "price", "operator": "<", "operandRight": 5}]}]}, 100
        )
