"""What the documents name is there: commands and options, make targets, variables, links and routes."""

import dataclasses
import json
import re
from importlib.util import find_spec

import click

from centre.cli.main import main
from kernel.settings import Settings
from tests.docs import blocks
from tests.laws.source import ROOT

PAGES = blocks.documents()
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(
    r"^(?: {4}|\t)((?:\$ )?(?:\w+=\S* )*(?:liutong|make|curl|pip|python3?|\.venv/bin/\w+) .*)$", re.MULTILINE
)


def spoken(path):
    """Every command that a document names: the code between its words, and each line of its shell blocks."""
    lines = CODE.findall(blocks.prose(path))
    for block in blocks.commands(path):
        lines += block.text.replace("\\\n", " ").splitlines()
    parts = [part for line in lines for part in re.split(r" \| | && |; ", re.split(r"\s#\s", line)[0])]
    return [re.sub(r"^(\w+=\S+ +)+", "", part.strip()).split() for part in parts if part.strip()]


def command_faults(words):
    """What is wrong with `liutong …`: a command or an option that is not there."""
    command, context, rest = main, click.Context(main), words[1:]
    while rest and isinstance(command, click.Group) and not rest[0].startswith("-"):
        found = command.get_command(context, rest[0])
        if found is None:
            return [f"{' '.join(words)}: no command {rest[0]}"]
        command, rest = found, rest[1:]
    known = {"--help", "-h"}.union(*[{*each.opts, *each.secondary_opts} for each in command.params])
    asked = {word.split("=")[0] for word in rest if word.startswith("-")}
    return [f"{' '.join(words)}: no option {option}" for option in sorted(asked - known)]


def faults_of(words):
    """What is wrong with a command; nothing is where it is none of ours."""
    match words:
        case [program, *_] if program.rpartition("/")[2] == "liutong":
            return command_faults(words)
        case ["make", *targets]:
            return [f"no target {each}" for each in targets if not re.search(rf"^{each}:", MAKEFILE, re.MULTILINE)]
        case ["python" | "python3", "-m", module, *_] if find_spec(module) is None:
            return [f"no module {module}"]
    return []


def test_every_block_says_its_language():
    said = (*blocks.SHELL, *blocks.DRAWN)
    assert [each.name for path in PAGES for each in blocks.blocks(path) if each.language not in said] == []


def test_commands_stand_in_fenced_blocks_which_are_run():
    assert [line for path in PAGES for line in COMMAND.findall(blocks.prose(path))] == []


def test_marks_stand_before_blocks_of_commands_and_nowhere_else():
    """A comment that is misspelt or misplaced would leave a block out, or in, without a word."""
    for path in PAGES:
        said = re.findall(r"<!--.*-->", path.read_text(encoding="utf-8"))
        assert len(said) == sum(block.way != "quick" for block in blocks.commands(path)), (path, said)


def test_every_command_is_there_with_its_options():
    assert [f"{path.name}: {fault}" for path in PAGES for words in spoken(path) for fault in faults_of(words)] == []


def test_what_is_not_there_is_told():
    assert faults_of(["liutong", "log", "prove", "x"]) == ["liutong log prove x: no command prove"]
    assert faults_of(["liutong", "serve", "--fast"]) == ["liutong serve --fast: no option --fast"]
    assert faults_of(["make", "coffee"]) == ["no target coffee"]
    assert faults_of(["python", "-m", "benches"]) == ["no module benches"]


def test_every_variable_is_read():
    sources = [each for package in ("kernel", "centre", "bench", "tests") for each in (ROOT / package).rglob("*.py")]
    known = {f"LIUTONG_{each.name.upper()}" for each in dataclasses.fields(Settings)}
    known.update(*[re.findall(r'"(LIUTONG_[A-Z0-9_]+)"', each.read_text(encoding="utf-8")) for each in sources])
    named = {name for path in PAGES for name in re.findall(r"`?(LIUTONG_[A-Z0-9_]+)", path.read_text(encoding="utf-8"))}
    assert sorted(named - known) == []


def test_every_link_between_documents_leads_somewhere():
    for path in PAGES:
        links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == [], path


def test_every_route_is_served():
    """`POST /v1/orders/{id}/links`; parameters go by any name, and `…/links` stands for any path with that end."""
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    served = {(verb.upper(), re.sub(r"\{[^}]+\}", "{}", path)) for path, verbs in paths.items() for verb in verbs}
    for page in PAGES:
        for verb, path in re.findall(
            r"`(GET|POST|PUT|PATCH|DELETE) (/v1/[^`?\s]*|…/[^`?\s]*)", page.read_text(encoding="utf-8")
        ):
            plain = re.sub(r"\{[^}]+\}", "{}", path)
            found = [
                each
                for each in served
                if each == (verb, plain) or (plain[0] == "…" and each[1].endswith(plain[1:]) and each[0] == verb)
            ]
            assert found, f"{page.name}: {verb} {path}"
