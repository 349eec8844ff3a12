"""What holds of every released clause and model: both languages say the same, and everything that is named is there."""

import re

import pytest

from contracts.clauses import checking
from contracts.clauses.matrix import matrix
from contracts.clauses.types import Clause, Fragment, Kind, ModelContract
from contracts.clauses.values import BLANK, fault_of, words_of
from contracts.usage.tree import PHASES, Phase
from kernel.rules.bases import basis_text
from rights.grants.vocabulary import words
from tests.contracts.clauses.drafts import LIBRARY, MODELS, POLICIES, filled, use

CLAUSES = tuple(LIBRARY.known.values())
NUMBERS = (Kind.DAYS, Kind.WORKDAYS, Kind.NUMBER)
ROLES = {"provider", "consumer"}


def holes(template: str) -> set[str]:
    return set(re.findall(r"\{([a-z][a-z0-9_]*)\}", template))


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_both_languages_have_the_holes_of_its_parameters(clause: Clause) -> None:
    names = {param.name for param in clause.params}
    assert len(names) == len(clause.params)
    assert holes(clause.zh) - ROLES == holes(clause.en) - ROLES == names
    assert len(clause.zh.strip().split("\n")) == len(clause.en.strip().split("\n"))
    assert re.search(r"[\u4e00-\u9fff]", clause.zh) or clause.slot == "special"
    assert not re.search(r"[\u4e00-\u9fff“”]", clause.en)


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_what_it_names_is_there(clause: Clause) -> None:
    for name in (*clause.requires, *clause.excludes):
        assert name in LIBRARY.offered
    lengths = [each.clock.length for each in clause.obligations if each.clock is not None]
    lengths += [demand.days for demand in clause.fragment.duties if demand.days is not None]
    for length in lengths:
        if isinstance(length, str):
            param = clause.param(length)
            assert param is not None
            assert param.kind in NUMBERS
            assert param.required
    published = words("2026-11")
    assert {*clause.fragment.withheld, *clause.fragment.permitted} <= set(published.actions)
    assert set(clause.fragment.within) <= set(published.environments.bits)
    for demand in clause.fragment.duties:
        assert (demand.days is not None) is (PHASES[demand.kind] in (Phase.ONGOING, Phase.AFTER))


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_its_parameters_have_bounds_that_their_defaults_keep(clause: Clause) -> None:
    for param in clause.params:
        if param.kind in (*NUMBERS, Kind.PERCENT):
            assert param.min is not None
            assert param.max is not None
        assert bool(param.choices) is (param.kind is Kind.CHOICE)
        assert param.default is None or fault_of(param, param.default) is None
        assert (param.warn_above is None) is (param.warning is None)


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_its_basis_is_told_in_both_languages(clause: Clause) -> None:
    basis = basis_text(clause.basis)
    assert not re.search(r"\barts?\.|\bitem\b|house rule", basis.zh), basis.zh
    assert not re.search(r"[\u4e00-\u9fff]", basis.en), basis.en


def test_every_clause_stands_in_a_model_and_every_model_knows_its_clauses() -> None:
    named = {name for model in MODELS for article in model.article for name in article.clauses}
    assert named == set(LIBRARY.offered)
    for model in MODELS:
        slots = [article.slot for article in model.article]
        assert len(set(slots)) == len(slots)
        for article in model.article:
            assert {LIBRARY.offered[name].slot for name in article.clauses} == {article.slot}
            assert article.default is None or article.default in article.clauses


def test_the_four_models_are_after_the_national_ones_and_say_that_they_are_not_them() -> None:
    after = {model.id: model.gf for model in MODELS}
    assert after == {
        "provision": "GF-2025-2615",
        "entrusted": "GF-2025-2616",
        "fusion": "GF-2025-2617",
        "intermediary": "GF-2025-2618",
        "open-licence": None,
    }
    for model in MODELS:
        assert model.gf is None or (model.gf in model.note[0] and "并非国家示范文本原文" in model.note[0])
        assert model.gf is None or (model.gf in model.note[1] and "not the national text" in model.note[1])
    known = {(model.id, each.slot): each.article for model in MODELS for each in model.article if each.article}
    assert known == {
        ("provision", "object"): "1",
        ("provision", "rights"): "2",
        ("provision", "onward"): "2",
        ("provision", "delivery"): "5",
        ("provision", "fee"): "6",
        ("provision", "acceptance"): "7",
        ("intermediary", "object"): "2",
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_a_model_filled_in_is_without_fault(model: ModelContract) -> None:
    found = checking.check(LIBRARY, model, filled(model), POLICIES[model.id])
    assert found.faults == ()
    assert found.warnings == ()
    rows = matrix(model, [LIBRARY.offered[each.clause] for each in filled(model)])
    assert len(rows) == (6 if model.matrix else 0)
    for row in rows:
        assert row.who
        assert row.what
        assert row.how


def test_open_licences_are_named_and_not_copied() -> None:
    licences = {clause.id: clause for clause in CLAUSES if clause.slot == "licence"}
    assert {each.reference.spdx for each in licences.values() if each.reference} == {
        "CC-BY-4.0",
        "ODC-By-1.0",
        "CDLA-Permissive-2.0",
    }
    for clause in licences.values():
        assert clause.reference is None or clause.reference.url in clause.zh
        assert len(clause.en) < 500


def test_a_blank_stands_where_nothing_is_said() -> None:
    clause, model = LIBRARY.offered["inspection"], LIBRARY.models["provision"]
    said = words_of(clause, use("inspection"), model)
    assert said.zh.startswith("使用方自交付完成起 10 个工作日内检验")
    assert said.en.startswith("The consumer inspects within 10 working days")
    empty = words_of(clause, type(use("inspection"))("inspection", "1", {}), model)
    assert BLANK.zh in empty.zh
    assert BLANK.en in empty.en


def test_an_empty_fragment_demands_nothing() -> None:
    assert LIBRARY.offered["secrecy"].fragment == Fragment()
