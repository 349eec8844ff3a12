"""The content of an amendment that is signed, and its offline check: one changed value is always noticed."""

import base64
import copy
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.amendments import rules
from contracts.amendments.errors import AmendmentFaulty
from contracts.amendments.verify import check
from contracts.terms.document import plain
from contracts.terms.prices import Free
from kernel.crypto import canonical, signing
from kernel.time.clock import SHANGHAI, timestamp
from tests.contracts.agreements.test_rules import CONSUMER, OFFERED, PROVIDER, bound
from tests.contracts.agreements.test_rules import content as agreed_content

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BEFORE = bound(OFFERED, "pty_c", "research", "延误")
(RULE,) = BEFORE.policy.permissions
NARROWER = msgspec.structs.replace(RULE, calls_max=100)
AFTER = msgspec.structs.replace(
    BEFORE, policy=msgspec.structs.replace(BEFORE.policy, permissions=(NARROWER,)), use_case="预测"
)
AGREEMENT = agreed_content()


def stands(terms=BEFORE, **over):
    known = {
        "digest": "sha256:" + "a" * 64, "terms": terms, "since": None, "provider": "pty_p", "consumer": "pty_c",
        "asset": "ast_1", "revision": "rev_1", "listing": "lst_1", "price": BEFORE.price, "ends_on": date(2027, 11, 23),
        "stays": False,
    }  # fmt: skip
    return rules.Standing(**{**known, **over})


def content(standing=None, after=AFTER, effective_at=AT):
    return rules.content(
        "amd_1",
        AGREEMENT,
        1,
        standing or stands(),
        after,
        proposed_by="pty_p",
        reason="调整",
        effective_at=effective_at,
        on=date(2026, 11, 23),
    )


def claims(made=None, signed=(AT, AT + timedelta(hours=1))):
    made = made or content()
    digest = rules.digest(made)
    text = rules.signing_text("amd_1", digest).encode()
    wanted = made["effective_at"]
    moment = max(signed) if wanted is None else max(datetime.fromisoformat(wanted), *signed)
    sides = (("provider", "pty_p", PROVIDER, signed[0]), ("consumer", "pty_c", CONSUMER, signed[1]))
    return {
        "amendment": made,
        "digest": digest,
        "effective_at": timestamp(moment),
        "signatures": [
            {
                "party": party,
                "role": role,
                "public_key": signing.multibase(key.public),
                "signature": base64.b64encode(key.sign(text)).decode(),
                "signed_at": timestamp(at),
            }
            for role, party, key, at in sides
        ],
    }


WHOLE = claims()


def verdicts(given_claims):
    return [one.holds for one in check(given_claims)]


def leaves(value, path=()):
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, (*path, name))
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from leaves(part, (*path, position))
    else:
        yield path


SEALED = {("signatures", 0, "signed_at")}
"""Who signed first, when: the centre's seal says that; the last signature's moment bounds the effect."""


@given(st.sampled_from([path for path in leaves(WHOLE) if path not in SEALED]))
def test_any_changed_value_is_noticed(path):
    changed = copy.deepcopy(WHOLE)
    target = changed
    for step in path[:-1]:
        target = target[step]
    old = target[path[-1]]
    other = 1 if old is None else old
    target[path[-1]] = other + 1 if isinstance(other, int) else f"{other[:-1]}{'B' if other.endswith('A') else 'A'}"
    assert not all(verdicts(changed)), path


def test_the_same_facts_give_the_same_bytes_and_hold():
    assert canonical.dumps(content()) == canonical.dumps(content())
    assert verdicts(WHOLE) == [True] * 6
    assert verdicts(claims(content(effective_at=None))) == [True] * 6


def test_a_change_that_is_not_listed_or_listed_wrongly_does_not_hold():
    """Whoever can have both sign anything cannot have it called the difference."""
    silent = content() | {"changes": []}
    assert verdicts(claims(silent))[:4] == [True, True, False, True]
    other = content()
    other["changes"][0]["new"] = 7
    assert verdicts(claims(other))[2] is False


def test_terms_that_were_exchanged_and_effects_before_both_signed_do_not_hold():
    exchanged = content() | {"terms": content()["before"], "changes": []}
    assert verdicts(claims(exchanged))[1] is False
    early = claims() | {"effective_at": timestamp(AT)}
    assert verdicts(early)[3] is False


@pytest.mark.parametrize("broken", [{}, {"amendment": 1}, {"amendment": {}, "digest": "x"}])
def test_malformed_claims_hold_in_nothing(broken):
    assert not any(verdicts(broken))


def test_an_agreement_from_before_terms_gets_its_first():
    made = content(stands(terms=None))
    assert (made["before"], made["changes"]) == (None, [])
    assert all(verdicts(claims(made)))


def test_what_is_named_and_what_is_let_pass():
    limits = rules.LIMITS.at(date(2026, 11, 23)).body
    rules.require_change(stands(), AFTER, None, AT, limits)
    free = msgspec.structs.replace(AFTER, price=Free())
    with pytest.raises(AmendmentFaulty) as refused:
        rules.require_change(stands(stays=True, asset="ast_2"), free, AT - timedelta(1), AT, limits)
    assert [(one.pointer, one.rule) for one in refused.value.errors] == [
        ("/terms/policy/asset", "LT-CON-31"),
        ("/terms/delivery", "LT-CON-31"),
        ("/terms/price", "LT-CON-34"),
        ("/effective_at", "LT-CON-33"),
    ]
    last = datetime(2027, 11, 23, 15, 59, 59, tzinfo=UTC)
    rules.require_change(stands(), AFTER, last, AT, limits)
    with pytest.raises(AmendmentFaulty):
        rules.require_change(stands(), AFTER, last + timedelta(seconds=1), AT, limits)


def test_the_same_moment_written_in_another_zone_changes_nothing():
    end = datetime(2027, 6, 30, 16, tzinfo=UTC)
    utc, china = (ending(end.astimezone(zone)) for zone in (UTC, SHANGHAI))
    assert plain(utc) != plain(china)
    with pytest.raises(AmendmentFaulty) as refused:
        rules.require_change(stands(utc), china, None, AT, rules.LIMITS.at(AT.date()).body)
    assert [(one.pointer, one.rule) for one in refused.value.errors] == [("/terms", "LT-CON-31")]


def ending(end):
    """The terms, in which the licence ends at a moment."""
    rule = msgspec.structs.replace(RULE, ends=end, window_days=None)
    return msgspec.structs.replace(BEFORE, policy=msgspec.structs.replace(BEFORE.policy, permissions=(rule,)))
