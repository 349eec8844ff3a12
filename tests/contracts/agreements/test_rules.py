"""The content that is signed, its text, and its offline check: one changed value is always noticed."""

import base64
import copy
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.agreements import rules
from contracts.agreements.verify import check
from contracts.policy import odrl as earlier_odrl
from contracts.policy.rules import from_terms, vocabularies
from contracts.terms.binding import bound, offered, priced
from contracts.terms.document import Delivery, plain
from contracts.terms.prices import Flat, Free, Meter, Metered, Plan, Recurring
from contracts.usage.licences import of_licence
from contracts.usage.odrl import to_odrl
from kernel.crypto import canonical, signing
from kernel.money import Money

PROVIDER, CONSUMER = signing.Ed25519Signer(b"\x01" * 32), signing.Ed25519Signer(b"\x02" * 32)
TERMS = {"actions": ["use"], "purposes": ["research"], "territory": ["CN", "HK"], "term_days": 90}
LICENCE = from_terms(TERMS, vocabularies().version("2026-11"))
OF = {"provider": "pty_p", "asset": "ast_1", "revision": "rev_1", "delivery": Delivery.FILES, "listing": "lst_1"}
OFFERED = offered(LICENCE, price=priced(Money(1_250_000, "CNY")), **OF)


def deal(terms=None):
    return rules.Deal(
        order_id="ord_1",
        terms=terms or bound(OFFERED, "pty_c", "research", "{{ 7 * 7 }} <b>延误</b>"),
        revision_id="rev_1",
        certificate_id="crt_1",
        content_sha256="sha256:" + "c" * 64,
        title_zh="航班数据",
        title_en="Flights",
        files=(rules.FileFacts("flights.parquet", "a" * 64, 10, "secret/key"),),
        inspection_working_days=5,
        due=Money(1_250_000, "CNY"),
    )


def content(terms=None, text="2026-11.2"):
    return rules.content(
        "agr_1",
        deal(terms),
        (rules.PartyFacts("pty_p", "甲公司 {{ price }}", "P" * 18), rules.PartyFacts("pty_c", "乙公司", "C" * 18)),
        date(2026, 11, 23),
        rules.texts().version(text),
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
        "90 天",
        "科学研究",
        "中国香港",
    ):
        assert part in made["text_zh"]
    for part in ("Flights", "flights.parquet", "12,500.00 CNY", "90 days", "research", "Hong Kong", "5 working days"):
        assert part in made["text_en"]
    assert made["text_zh"].count("第") >= 10
    assert "第11条 争议解决与其他" in made["text_zh"]
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


NAMES = {"uid": "urn:liutong:agr_1", "assigner": "urn:liutong:pty_p", "assignee": "urn:liutong:pty_c"}


def of_a_licence(odrl):
    """The content of an agreement from before there were terms: the licence stood in it as a box."""
    made = content()
    del made["terms"], made["terms_digest"]
    return made | {"policy": msgspec.to_builtins(LICENCE), "purpose": "research", "odrl": odrl}


@pytest.mark.parametrize("form", ["usage", "box"])
def test_agreements_of_the_earlier_forms_still_hold(form):
    """What was signed then is verified as then."""
    if form == "usage":
        odrl = to_odrl(of_licence(LICENCE, "ast_1", "rev_1", "party:pty_c"), **NAMES)
    else:
        vocabulary = vocabularies().version("2026-11").body
        odrl = earlier_odrl.to_odrl(LICENCE, vocabulary, target="urn:liutong:rev_1", **NAMES)
    earlier = msgspec.json.decode(msgspec.json.encode(of_a_licence(odrl)))
    assert all(verdicts(claims(earlier)))
    earlier["odrl"]["prohibition"] = []
    assert verdicts(claims(earlier))[:2] == [True, False]


def test_terms_that_were_exchanged_do_not_hold():
    """Everything else is recomputed to fit, and the digest of the terms still tells."""
    other = bound(msgspec.structs.replace(OFFERED, price=Free()), "pty_c", "research")
    changed = content() | {"terms": plain(other)}
    assert verdicts(claims(changed))[:2] == [True, False]


def test_what_is_free_says_so_and_asks_for_no_payment():
    free = offered(
        LICENCE,
        provider="pty_p",
        asset="ast_1",
        revision="rev_1",
        price=Free(),
        delivery=Delivery.FILES,
        listing="lst_1",
    )
    made = content(bound(free, "pty_c", "research"))
    assert "无偿" in made["text_zh"]
    assert "free of charge" in made["text_en"]
    assert "escrow" not in made["text_en"]
    assert not any(duty["kind"] == "pay" for duty in made["terms"]["policy"].get("duties", []))
    assert all(verdicts(claims(made)))


@pytest.mark.parametrize("odrl", [None, 1, {}, {"profile": 1}, {"profile": "urn:liutong:odrl:"}])
def test_any_other_odrl_does_not_hold(odrl):
    assert verdicts(claims(content() | {"odrl": odrl}))[:2] == [True, False]


PLAN = Plan(
    currency="CNY",
    components=(Recurring("fee", "300.00"), Metered("calls", Meter.CALL, Flat("0.0123"), included=10_000)),
    maximum="1000.00",
)


def test_a_plan_is_said_part_by_part_and_what_is_paid_once_as_before():
    terms = bound(offered(LICENCE, price=PLAN, **OF), "pty_c", "research", "延误")
    made = content(terms, "2026-11.3")
    assert "（1）fee：每月 300.00 CNY，期初收取。" in made["text_zh"]
    assert (
        "(2) calls: every month, by the sum of the uses (call): 0.0123 CNY each; 10,000 of them free."
        in made["text_en"]
    )
    assert "一次性 300.00" not in made["text_zh"]
    assert "free of charge" not in made["text_en"]
    assert content(text="2026-11.3")["text_zh"] == content()["text_zh"]
    assert all(verdicts(claims(made)))
