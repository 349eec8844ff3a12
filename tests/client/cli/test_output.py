"""What goes to stdout and what to stderr, in which form and how wide."""

import json
from dataclasses import dataclass

import pytest

from liutong_client.cli import output
from liutong_client.cli.output import Column, Screen
from liutong_client.cli.session import USAGE
from liutong_client.problems import FieldError, Refused, Rule


@dataclass
class Row:
    name: str
    amount: object = None


COLUMNS = (Column("名称", "name", lambda row: row.name), Column("金额", "amount", lambda row: row.amount))
ROWS = [Row("气象"), Row("weather", 5)]


def test_a_table_is_as_wide_as_a_terminal_shows_it(capsys):
    Screen("en", "table").listed(COLUMNS, ROWS)
    assert capsys.readouterr().out == "name     amount\n气象     -\nweather  5\n"
    Screen("zh", "table").listed(COLUMNS, ROWS[:1])
    assert capsys.readouterr().out == "名称  金额\n气象  -\n"
    Screen("zh", "table").one(COLUMNS, ROWS[1])
    assert capsys.readouterr().out == "名称  weather\n金额  5\n"
    Screen("en", "table").listed(COLUMNS, [])
    assert capsys.readouterr().out == "name  amount\n"


def test_json_is_one_document_and_lines_are_many(capsys):
    for language in ("zh", "en"):
        Screen(language, "json").listed(COLUMNS, ROWS)
        said = capsys.readouterr()
        assert json.loads(said.out) == [{"name": "气象", "amount": None}, {"name": "weather", "amount": 5}]
        assert said.err == ""
    Screen("en", "jsonl").listed(COLUMNS, ROWS)
    assert [json.loads(line)["name"] for line in capsys.readouterr().out.splitlines()] == ["气象", "weather"]


@pytest.mark.parametrize("form", ["table", "json", "jsonl"])
def test_nothing_is_cut_without_a_word(capsys, form):
    Screen("en", form).listed(COLUMNS, iter(ROWS), 1)
    said = capsys.readouterr()
    assert "weather" not in said.out
    assert "--limit" in said.err
    Screen("en", form).listed(COLUMNS, iter(ROWS), 2)
    assert capsys.readouterr().err == ""


def test_what_others_wrote_steers_no_terminal(capsys):
    Screen("en", "table").listed(COLUMNS, [Row("a\x1b[2J\x07b\u202ec\nd\x9b")])
    assert capsys.readouterr().out.splitlines()[1] == "a�[2J�b�c d�  -"
    Screen("en", "table").say("\x1b]0;x\x07", "\x1b]0;x\x07")
    assert "\x1b" not in capsys.readouterr().err


class Tty:
    def isatty(self):
        return True


def test_colours_are_for_terminals_that_want_them(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert output.coloured(Tty())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not output.coloured(Tty())


def test_a_refusal_is_told_whole(capsys):
    problem = Refused(
        method="POST",
        path="/v1/orders",
        status=422,
        code="purpose-not-offered",
        title="用途不在许可范围",
        detail="请选择所列用途之一。",
        rule=Rule("LT-ORD-03", "用途须在许可之内。"),
        errors=(FieldError("/purpose", "可选：research", "LT-ORD-03"), FieldError("/use_case", "过长")),
        request_id="req_1",
        retry_after_seconds=None,
        facts={},
    )
    output.refusal(Screen("zh", "table"), problem, lambda pointer: f"a.yaml:3 {pointer}")
    assert capsys.readouterr().err.splitlines() == [
        "✗ 用途不在许可范围 (purpose-not-offered)",
        "  请选择所列用途之一。",
        "  规则 LT-ORD-03: 用途须在许可之内。",
        "  a.yaml:3 /purpose: 可选：research [LT-ORD-03]",
        "  a.yaml:3 /use_case: 过长",
        "  请求编号 req_1",
    ]


def test_usage_is_clicks_own_code():
    from click import UsageError

    assert UsageError.exit_code == USAGE
