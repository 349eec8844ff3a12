"""The content that is signed, its text, and its offline check: one changed value is always noticed."""

import base64
import copy
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.agreements import rules
from contracts.agreements.verify import check
from contracts.policy.odrl import to_odrl
from contracts.policy.rules import from_terms, vocabularies
from kernel.crypto import canonical, signing
from kernel.money import Money

PROVIDER, CONSUMER = signing.Ed25519Signer(b"\x01" * 32), signing.Ed25519Signer(b"\x02" * 32)
TERMS = {"actions": ["use"], "purposes": ["research"], "territory": ["CN", "HK"], "term_days": 90}
DEAL = rules.Deal(
    order_id="ord_1",
    listing_id="lst_1",
    asset_id="ast_1",
    revision_id="rev_1",
    certificate_id="crt_1",
    content_sha256="sha256:" + "c" * 64,
    title_zh="航班数据",
    title_en="Flights",
    provider="pty_p",
    consumer="pty_c",
    files=(rules.FileFacts("flights.parquet", "a" * 64, 10, "secret/key"),),
    price=Money(1_250_000, "CNY"),
    offered=from_terms(TERMS, vocabularies().version("2026-11")),
    purpose="research",
    use_case="{{ 7 * 7 }} <b>延误</b>",
    inspection_working_days=5,
)


def content():
    return rules.content(
        "agr_1",
        DEAL,
        DEAL.offered,
        (rules.PartyFacts("pty_p", "甲公司 {{ price }}", "P" * 18), rules.PartyFacts("pty_c", "乙公司", "C" * 18)),
        date(2026, 11, 23),
        rules.texts().version("2026-11"),
        vocabularies().version("2026-11"),
    )


def claims(made=None):
    made = made or content()
    digest = rules.digest(made)
    text = rules.signing_text("agr_1", digest).encode()
    signatures = [
        {
            "party": party,
            "role": role,
            "public_key": signing.multibase(key.public),
            "signature": base64.b64encode(key.sign(text)).decode(),
        }
        for role, party, key in (("provider", "pty_p", PROVIDER), ("consumer", "pty_c", CONSUMER))
    ]
    return {"agreement": made, "digest": digest, "signatures": signatures}


WHOLE = claims()


def verdicts(given_claims):
    return [one.holds for one in check(given_claims)]


def test_the_text_says_every_part_in_both_languages():
    made = content()
    for part in (
        "甲公司",
        "乙公司",
        "航班数据",
        "flights.parquet",
        "a" * 64,
        "12,500.00 CNY",
        "90 日",
        "科学研究",
        "中国香港",
    ):
        assert part in made["text_zh"]
    for part in ("Flights", "flights.parquet", "12,500.00 CNY", "90 days", "research", "Hong Kong", "5 working days"):
        assert part in made["text_en"]
    assert made["text_zh"].count("第") >= 10
    assert "第10条 争议解决与其他" in made["text_zh"]
    assert "secret/key" not in str(made)


def test_what_users_write_is_never_run_as_a_template():
    made = content()
    assert "{{ 7 * 7 }} <b>延误</b>" in made["text_zh"]
    assert "甲公司 {{ price }}" in made["text_zh"]


def test_the_same_facts_give_the_same_bytes():
    assert canonical.dumps(content()) == canonical.dumps(content())


def test_an_untouched_agreement_holds():
    assert verdicts(WHOLE) == [True, True, True, True]


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, (*path, name))
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from leaves(part, (*path, position))
    else:
        yield path


@given(st.sampled_from(list(leaves(WHOLE))))
def test_any_changed_value_is_noticed(path):
    changed = copy.deepcopy(WHOLE)
    target = changed
    for step in path[:-1]:
        target = target[step]
    old = target[path[-1]]
    other = 1 if old is None else old
    target[path[-1]] = other + 1 if isinstance(other, int) else f"{other[:-1]}{'B' if other.endswith('A') else 'A'}"
    assert not all(verdicts(changed)), path


def test_missing_doubled_or_foreign_signatures_do_not_hold():
    one, two = WHOLE["signatures"]
    for signatures in (
        [],
        [one],
        [one, one],
        [one, two, two],
        [one, {**two, "public_key": one["public_key"]}],
        "x",
        [1],
    ):
        assert verdicts({**WHOLE, "signatures": signatures})[2:] != [True, True]
    swapped = [{**one, "role": "consumer"}, {**two, "role": "provider"}]
    assert verdicts({**WHOLE, "signatures": swapped})[2:] == [False, False]


@pytest.mark.parametrize(
    "broken", [{}, {"agreement": 1}, {"agreement": {}, "digest": "x"}, {"agreement": {}, "digest": 1}]
)
def test_malformed_claims_hold_in_nothing(broken):
    assert not any(verdicts(broken))


def test_a_narrower_odrl_is_noticed():
    changed = copy.deepcopy(WHOLE)
    changed["agreement"]["odrl"]["prohibition"] = []
    changed["digest"] = rules.digest(changed["agreement"])
    assert verdicts(changed)[:2] == [True, False]


def test_an_agreement_of_the_earlier_form_still_holds():
    """Before usage policies the content carried the licence's box in ODRL; what was signed then is verified as then."""
    vocabulary = vocabularies().version("2026-11")
    names = {"uid": "urn:liutong:agr_1", "assigner": "urn:liutong:pty_p", "assignee": "urn:liutong:pty_c"}
    earlier = content() | {"odrl": to_odrl(DEAL.offered, vocabulary.body, target="urn:liutong:rev_1", **names)}
    assert all(verdicts(claims(earlier)))
    earlier["odrl"]["prohibition"] = []
    assert verdicts(claims(earlier))[:2] == [True, False]


@pytest.mark.parametrize("odrl", [None, 1, {}, {"profile": 1}, {"profile": "urn:liutong:odrl:"}])
def test_any_other_odrl_does_not_hold(odrl):
    assert verdicts(claims(content() | {"odrl": odrl}))[:2] == [True, False]
