"""Laws over the catalogue of errors and the rulebook."""

import re

from kernel.errors import KINDS, catalogue
from kernel.rules import rulebook
from kernel.time.clock import day_in_china
from tests.conftest import NOW
from tests.laws import source

source.modules()
CATALOGUE = catalogue()
BOOK = rulebook.in_force(day_in_china(NOW))


def test_codes_are_unique():
    """Two classes of one name would be one problem to the world."""
    names: dict[str, set[str]] = {}
    pending = list(KINDS)
    while pending:
        cls = pending.pop()
        names.setdefault(cls.code(), set()).add(f"{cls.__module__}.{cls.__qualname__}")
        pending.extend(cls.__subclasses__())
    assert {code: places for code, places in names.items() if len(places) > 1} == {}


def test_every_error_is_documented_in_both_languages():
    for code, cls in CATALOGUE.items():
        assert cls.__doc__, code
        assert re.search(r"[一-鿿]", cls.title.zh), code
        assert re.search(r"[一-鿿]", cls.detail.zh), code
        assert cls.title.en, code
        assert cls.detail.en, code
        assert not cls.__name__.endswith("Error"), code


def test_both_languages_name_the_same_facts():
    def holes(text: str) -> set[str]:
        return set(re.findall(r"\{([a-z][a-z0-9_]*)\}", text))

    different = {code for code, cls in CATALOGUE.items() if holes(cls.detail.zh) != holes(cls.detail.en)}
    assert different == set()


def _cited() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in source.files())
    tomls = "\n".join(
        path.read_text(encoding="utf-8")
        for package in source.PACKAGES
        for path in (source.ROOT / package).rglob("*.toml")
        if not path.name.startswith("rulebook-")
    )
    return set(re.findall(r"LT-[A-Z]{3}-\d{2}", text + tomls))


def test_every_cited_rule_is_published():
    assert _cited() - set(BOOK.rules) == set()


def test_every_published_rule_is_cited_somewhere():
    """A rule that refuses nothing is decoration."""
    assert set(BOOK.rules) - _cited() == set()


def test_every_rule_speaks_both_languages_and_names_its_basis():
    for rule in BOOK.rules.values():
        assert re.search(r"[一-鿿]", rule.zh), rule.id
        assert rule.en, rule.id
        assert rule.basis, rule.id


def test_business_refusals_cite_a_rule():
    """Whoever is refused by a rule of the business is told which one."""
    silent = {code for code, cls in CATALOGUE.items() if cls.status == 422 and cls.rule is None and cls not in KINDS}
    assert silent == set()
