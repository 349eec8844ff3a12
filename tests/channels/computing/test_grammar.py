"""What a query may say: attacks are refused before anything runs, honest queries mean what they say."""

import pytest

from channels.computing.engine.answers import aggregates, cell, from_template
from channels.computing.engine.files import NotComputed
from channels.computing.engine.locked import LIMITS, ready
from channels.computing.errors import QueryRefused
from channels.computing.grammar.emitting import emitted
from channels.computing.grammar.parsing import named_parameters, understood
from channels.computing.grammar.query import Among, Compare, Dimension, DimensionKind, Not, Query, Table
from channels.computing.privacy.budget import MICRO
from channels.computing.privacy.releases import Promise
from kernel.jobs.processes import ProcessDied, called
from tests.channels.computing import attacks
from tests.channels.computing.tables import DISK, LOUD, REGIONS, WAGES, wages


def test_the_collection_of_attacks_is_as_large_as_it_says():
    assert len(set(attacks.ALL)) == len(attacks.ALL) >= 180


def answer(sql):
    """The query that a text is, or the refusal that it meets."""
    try:
        return understood(sql, WAGES)
    except QueryRefused as refused:
        return refused


def test_some_attacks_and_honest_queries():
    """A few of each; the rest is long. Not the slow parser's own bombs, which stand at the end."""
    for attack in attacks.ALL[: -len(attacks.BOMBS) : 8]:
        assert isinstance(answer(attack), QueryRefused), attack
    for honest in attacks.HONEST[::4]:
        assert isinstance(answer(honest), Query), honest


@pytest.mark.slow
def test_every_attack_is_refused_and_told_nothing():
    """Whatever stands in the data, and whatever the parser says, is in no refusal."""
    answers = {attack: answer(attack) for attack in attacks.ALL}
    assert [attack for attack, met in answers.items() if isinstance(met, Query)] == []
    for met in answers.values():
        assert met.errors
        for fault in met.errors:
            assert fault.rule == "LT-SBX-04"
            assert not {"p1", "rare", "passwd", "Parser"} & set(fault.detail.en.split())


@pytest.mark.slow
def test_every_honest_query_is_understood():
    for honest in attacks.HONEST:
        assert isinstance(understood(honest, WAGES), Query), honest


def test_all_faults_are_told_at_once():
    with pytest.raises(QueryRefused) as told:
        understood("select person, sum(age) from other where pay > 1 group by person having true limit -1", WAGES)
    assert len(told.value.errors) >= 5


def test_a_column_that_is_not_offered_answers_as_one_that_is_not_there():
    said = []
    for name in ("person", "nothing"):
        with pytest.raises(QueryRefused) as told:
            understood(f"select count(*) from data where {name} = 'p1'", WAGES)
        said.append([fault.detail for fault in told.value.errors])
    assert said[0] == said[1]


def test_what_runs_holds_no_text_of_the_caller():
    query = understood("select region as \"名\", count(*) from data where job = 'x''; drop' group by region", WAGES)
    assert query.where == Compare("job", "=", "x'; drop")
    made = emitted(query, WAGES, rows_per_unit=1, groups_per_unit=1, secret=1)
    assert "drop" not in made.grouping.sql
    assert "名" not in made.grouping.sql
    assert made.grouping.values == (*REGIONS, "x'; drop")


def test_public_keys_that_are_too_many_are_refused():
    many = Dimension(DimensionKind.INTEGER, tuple(range(200)))
    wide = Table("person", dict.fromkeys("abc", many), {})
    assert understood("select count(*) from data group by a", wide).groups == ("a",)
    with pytest.raises(QueryRefused):
        understood("select count(*) from data group by a, b", wide)


def test_conditions_keep_their_meaning():
    query = understood("select count(*) from data where region not in ('华东')", WAGES)
    assert query.where == Not(Among("region", ("华东",)))
    turned = understood("select count(*) from data where 30 <= age", WAGES)
    assert turned.where == Compare("age", ">=", 30)


def told(sql, source, promise=LOUD):
    return aggregates(DISK, source, WAGES, understood(sql, WAGES), promise, 100).rows


def in_process(function, *arguments):
    """The engine clears its environment, which is a test's own here: give it back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.environ", {})
        return function(*arguments)


def test_figures_are_those_of_the_table(tmp_path):
    """By hand: sixty persons, twenty to a region; of those of 30 to 39 eight, six and six."""
    source = wages(tmp_path)
    rows = in_process(told, "select region, count(*) n, sum(pay) s from data group by region order by region", source)
    assert rows == [[region, "20", "20200.00"] for region in sorted(REGIONS)]
    assert in_process(told, "select count(*) from data where age between 30 and 39", source) == [["20"]]
    # The one of a rare trade is not told, nor that there is one.
    assert in_process(told, "select job, count(*) n from data group by job", source) == [["common", "59"]]


@pytest.mark.slow
def test_each_unit_is_kept_to_its_rows_and_groups(tmp_path):
    """One person with a thousand rows of great pay in every region changes one row's worth and no more."""
    extra = [f"p1,{REGIONS[at % 3]},common,30,true,2026-01-01,99999999" for at in range(1000)]
    rows = in_process(told, "select count(*) n, sum(pay) s from data", wages(tmp_path, extra=extra))
    assert rows[0][0] == "60"
    assert float(rows[0][1]) <= 60_600 + 20_000


@pytest.mark.slow
def test_what_cannot_be_read_counts_as_the_offer_says(tmp_path):
    """Empty, not a number, beyond all bounds: no error, and nothing that tells one from the other."""
    extra = [f"q{at},华东,common,x,maybe,never,{pay}" for at, pay in enumerate(["", "abc", "nan", "1e400", "-5"])]
    source = wages(tmp_path, extra=extra)
    rows = in_process(told, "select region, count(*) n, sum(pay) s from data group by region order by region", source)
    assert {row[0]: row[1:] for row in rows}["华东"] == ["25", "20200.00"]


@pytest.mark.slow
def test_a_query_twice_with_one_budget_is_different_noise(tmp_path):
    """The difference of two sums without and with one person does not give that person's pay."""
    source = wages(tmp_path)
    quiet = Promise(micro_epsilon=MICRO, pico_delta=10**6, rows_per_unit=1, groups_per_unit=1, units_min=5)
    whole = "select sum(pay) from data"
    answers = {in_process(told, whole, source, quiet)[0][0] for _ in range(3)}
    assert len(answers) == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "select error(person) from data",
        "select cast(person as int) from data",
        "select * from read_text('/etc/passwd')",
        "select * from data, data b, data c",
        "copy data to '/tmp/x'",
        "select [person] from data",
    ],
)
def test_a_template_that_fails_tells_nobody_why(tmp_path, sql):
    with pytest.raises(NotComputed) as told_:
        in_process(from_template, DISK, wages(tmp_path), sql, {}, None, 0, 100)
    assert (told_.value.args, told_.value.__cause__) == ((), None)


def test_a_template_is_one_select_with_the_parameters_that_it_names():
    assert named_parameters("select count(*) as n from data where age > $least and age < $most") == ["least", "most"]
    for wrong in ("drop table data", "select 1; select 2", "copy data to 'x'", "select"):
        with pytest.raises(QueryRefused):
            named_parameters(wrong)


@pytest.mark.slow
async def test_in_a_process_of_its_own_the_answer_is_the_same(tmp_path):
    query = understood("select count(*) n from data", WAGES)
    arguments = (wages(tmp_path), WAGES, query, LOUD, 10)
    made = await called(aggregates, *arguments, seconds=60, fresh=ready, answering=DISK.answer)
    assert made.rows == [["60"]]


@pytest.mark.slow
async def test_resource_bombs_of_a_template_end_within_their_limits(tmp_path):
    bombs = [
        "select count(*) from range(100000000000) a, range(100000000) b",
        "select length(repeat('x', 4000000000)) as n",
        "select count(*) as n from (select unnest(range(2000000000)) as x order by x)",
    ]
    for bomb in bombs:
        arguments = (wages(tmp_path), bomb, {}, None, 0, 10)
        asked = {"seconds": 20, "limits": LIMITS, "fresh": ready, "answering": DISK.answer}
        with pytest.raises((NotComputed, ProcessDied, TimeoutError, MemoryError)):
            await called(from_template, *arguments, **asked)


def test_a_text_with_a_nul_is_told_as_the_database_can_keep_it():
    """JSONB has no such character: the run would be computed again and again, and nothing would come of it."""
    assert cell("a\0b") == "a\ufffdb"
