"""Starting loads what is needed and no more; both distributions have one program, and it has one implementation."""

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from centre.cli import main as of_the_centre
from liutong_client import cli
from liutong_client.cli import files
from liutong_client.cli.group import COMMANDS, liutong
from release.client import manifests
from tests.laws.source import ROOT

HEAVY = (
    "httpx",
    "msgspec",
    "cryptography",
    "rich",
    "yaml",
    "liutong_client.models",
    "liutong_client.operations",
    "centre",
)
ASSET = "ast_" + "0" * 26


def test_help_and_completion_load_no_client():
    code = (
        "import sys\nfrom liutong_client.cli.group import liutong\n"
        "try:\n    liutong(prog_name='liutong')\n"
        f"finally:\n    print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    cases = (
        (["--help"], {}, "negotiate"),
        (["apply", "--help"], {}, "--dry-run"),
        ([], {"_LIUTONG_COMPLETE": "bash_complete", "COMP_WORDS": "liutong neg", "COMP_CWORD": "1"}, "negotiate"),
        ([], {"_LIUTONG_COMPLETE": "zsh_source"}, "#compdef liutong"),
    )
    for words, environment, expected in cases:
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "client/src"), **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert expected in done.stdout, done.stderr
        assert done.stderr.splitlines()[-1] == "[]"


def test_the_centres_program_carries_every_command_of_the_market():
    runner = CliRunner()
    for name in COMMANDS:
        mine, theirs = (
            runner.invoke(group, [name, "--help"], prog_name="liutong") for group in (liutong, of_the_centre)
        )
        assert mine.exit_code == 0, name
        if name != "score":
            assert mine.stdout == theirs.stdout, name
    assert "FILES" in runner.invoke(of_the_centre, ["score", "--help"]).stdout
    for words in (["score", ASSET], ["score", "--contract", str(ROOT / "README.md"), ASSET]):
        done = runner.invoke(of_the_centre, [*words, "--lang", "fr"])
        assert "[OPTIONS] ASSET" in done.stderr


def test_each_distribution_has_the_program_and_the_clients_hands_over(monkeypatch):
    server, client = (
        tomllib.loads((ROOT / name).read_text(encoding="utf-8"))["project"]
        for name in ("pyproject.toml", "client/pyproject.toml")
    )
    assert server["scripts"] == {"liutong": "centre.cli:main"}
    assert client["scripts"] == {"liutong": "liutong_client.cli:main"}
    assert server["entry-points"] == {cli.CENTRE: {"centre": "centre.cli:main"}}
    called = []

    class Entry:
        def load(self):
            return lambda: called.append("centre")

    monkeypatch.setattr(cli, "entry_points", lambda group: [Entry()] if group == cli.CENTRE else [])
    cli.main()
    assert called == ["centre"]


def test_whoever_lacks_the_extra_is_told_so(monkeypatch):
    monkeypatch.setattr(cli, "entry_points", lambda group: [])
    monkeypatch.setitem(sys.modules, "click", None)
    monkeypatch.delitem(sys.modules, "liutong_client.cli.group")
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert "liutong-client[cli]" in str(ended.value)


def test_the_schema_is_that_of_the_api():
    document = json.loads(CliRunner().invoke(liutong, ["schema", "listing"]).stdout)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["required"] == ["apiVersion", "kind", "metadata", "spec"]
    written = json.dumps(document)
    assert "#/components" not in written
    assert set(re.findall(r'"#/\$defs/(\w+)"', written)) == set(document["$defs"])
    closed = ("ManifestMetadata", "ListingSpec", "LicenceTerms", "MoneyView", "TitlePair")
    assert [document["$defs"][name]["additionalProperties"] for name in closed] == [False] * len(closed)
    description = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    path = ROOT / "client/src/liutong_client/cli/listing.schema.json"
    assert manifests.written(description, "ListingManifest") == path.read_text(encoding="utf-8")


def test_no_command_takes_a_key_as_an_argument():
    for name in ("login", "whoami", "apply"):
        assert "ltk_" not in CliRunner().invoke(liutong, [name, "--help"]).stdout
    done = CliRunner().invoke(liutong, ["login", "--with-key", "ltk_a", "--url", "https://centre.example"])
    assert done.exit_code == 2
    assert "unexpected extra argument" in done.stderr


def test_without_the_clients_distribution_the_centres_program_is_its_own(monkeypatch):
    monkeypatch.setattr("centre.cli.market.carried.is_there", lambda: False)
    assert "negotiate" not in CliRunner().invoke(of_the_centre, ["--help"]).stdout
    done = CliRunner().invoke(of_the_centre, ["buy", "lst_1"])
    assert (done.exit_code, "No such command" in done.stderr) == (2, True)
    assert CliRunner().invoke(of_the_centre, ["score", ASSET, "--contract", "none"]).exit_code == 2


SPOILT = {
    "an unknown field": ("theme: 交通", "colour: red\n  theme: 交通"),
    "a number for money": ('amount: "88.00"', "amount: 88"),
    "a name that is none": ("flights-for-research", "Flights"),
    "a state that there is not": ("  theme:", "  state: gone\n  theme:"),
    "a title in one language": ("zh: 纽约航班与气象（科研）, ", ""),
    "another kind": ("kind: Listing", "kind: Order"),
}


@pytest.mark.parametrize("spoilt", [None, *SPOILT])
def test_what_the_schema_says_of_a_manifest_another_tool_reads_alike(spoilt):
    """By jsonschema, which knows nothing of us: the example is right, and each thing that is spoilt in it is seen."""
    text = (ROOT / "client/examples/listing.yaml").read_text(encoding="utf-8")
    if spoilt is not None:
        before, after = SPOILT[spoilt]
        assert before in text
        text = text.replace(before, after, 1)
    [document] = files.parse(text.encode(), "listing.yaml")
    schema = json.loads(CliRunner().invoke(liutong, ["schema", "listing"]).stdout)
    faults = list(Draft202012Validator(schema).iter_errors(document.value))
    assert bool(faults) is (spoilt is not None), faults
