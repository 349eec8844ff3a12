"""What must not start: another mode than the founding, a sandbox that meets the world, secrets that protect nothing."""

import os
import subprocess
import sys
from dataclasses import replace

import asyncpg
import click
import pytest

from centre import doctor
from centre.cli.running import configured
from centre.process import open_runtime
from centre.safety import unsafe, weak
from kernel.crypto import signing
from kernel.db import dsn_of
from kernel.settings import Mode, Secret, Settings, SettingsInvalid, from_env
from migrations import run
from tests.centre.test_doctor import SECRET_HEX, safe_environ
from tests.database import fresh_database
from tests.makers import Cast
from tests.patience import PATIENCE_SECONDS


def refusal_of(monkeypatch, environment):
    """What every command says that refuses to start with these settings."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(click.ClickException, match="not safe to start") as refusal:
        configured()
    return refusal.value.message


def fatal(findings):
    return {finding.name for finding in findings if finding.fatal}


async def test_a_start_in_another_mode_than_the_founding_is_refused_with_its_cure(settings, client, runtime, tmp_path):
    await Cast(client, runtime).act("operator")
    for name in ("issuer", "log"):
        signing.load_or_create(tmp_path / f"{name}.key")
    keys = {"issuer_key_file": tmp_path / "issuer.key", "log_key_file": tmp_path / "log.key"}
    other = replace(settings, mode=Mode.PRODUCTION, **keys)
    with pytest.raises(SettingsInvalid, match=r"founded as sandbox.*set LIUTONG_MODE=sandbox"):
        async with open_runtime(other):
            pass
    async with open_runtime(settings) as same:
        assert same.settings.sandbox
    told = next(finding for finding in await doctor.examine(other) if finding.name == "mode")
    assert (told.fatal, "LIUTONG_MODE=sandbox" in told.cure) == (True, True)


def liutong(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LIUTONG_")}
    return subprocess.run(
        [sys.executable, "-c", "from centre.cli import main; main()", *words],
        env={**clean, **environ},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


COMMANDS = (["serve"], ["worker"], ["ledger", "check"], ["keys", "operator"], ["seed"])


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
async def test_every_command_on_a_production_centre_refuses_to_be_a_sandbox(command, database_url, tmp_path):
    connection = await asyncpg.connect(dsn_of(database_url))
    await connection.execute("INSERT INTO installation VALUES ('ins', 'production', now())")
    await connection.close()
    done = liutong(*command, LIUTONG_DATA_DIR=str(tmp_path), LIUTONG_DATABASE_URL=database_url)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "founded as production" in done.stderr
    assert "set LIUTONG_MODE=production" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("first_key", "ahead", "mode"),
    [
        ("live_abc", 0, "production"),
        pytest.param("test_abc", 0, "sandbox", marks=pytest.mark.slow),
        pytest.param(None, 86400, "sandbox", marks=pytest.mark.slow),
        (None, 0, "production"),
    ],
)
async def test_a_centre_of_before_is_kept_in_the_mode_that_its_keys_show(cluster, first_key, ahead, mode):
    async with fresh_database(cluster) as url:
        await run.downgrade(url, "0016_reports")
        connection = await asyncpg.connect(dsn_of(url))
        await connection.execute(
            "INSERT INTO party (id, uscc, name, kind, roles, pledges, contact, centre, status, created_at,"
            " status_changed_at, version) VALUES ('pty_c', '12150000MB1A2B3C42', 'c', 'institution', '{operator}',"
            " '{}', '{}', true, 'admitted', now(), now(), 1)"
        )
        if first_key is not None:
            await connection.execute(
                "INSERT INTO api_key (id, party_id, name, prefix, secret_sha256, roles, created_at, expires_at)"
                " VALUES ('key_a', 'pty_c', 'operator', $1, '', '{operator}', now(), now())",
                first_key,
            )
        await connection.execute("UPDATE sandbox_clock SET offset_seconds = $1", ahead)
        await run.upgrade(url)
        assert await connection.fetchval("SELECT mode FROM installation") == mode
        await connection.close()


@pytest.mark.parametrize(
    "environment",
    [
        {"LIUTONG_PUBLIC_URL": "https://centre.example.cn"},
        {"LIUTONG_PUBLIC_URL": "http://8.8.8.8:80"},
        {"LIUTONG_PUBLIC_URL": "http://[2606:4700::1111]"},
        {"LIUTONG_DATABASE_URL": "postgresql://u:word@db.example.cn/liutong"},
        {"LIUTONG_DATABASE_URL": "postgresql:///liutong?host=/run/pg,db.example.cn"},
        {"LIUTONG_DATABASE_URL": "postgresql://u:word@127.example.cn/liutong"},
    ],
)
def test_a_sandbox_does_not_meet_the_world_unless_told_so(monkeypatch, environment):
    findings = unsafe(from_env(environment))
    assert [finding.fatal for finding in findings] == [True]
    assert "LIUTONG_MODE=production" in findings[0].cure
    assert unsafe(from_env({**environment, "LIUTONG_SANDBOX_OUTSIDE": "1"})) == []
    assert "word" not in refusal_of(monkeypatch, environment)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@localhost/d",
        "postgresql://127.0.0.1:5433/d",
        "postgresql:///d?host=/run/pg",
        "postgresql://[::1]/d",
    ],
)
def test_a_database_on_this_machine_is_a_sandboxs(url):
    assert unsafe(Settings(database_url=Secret(url))) == []


ZEROS = "00" * 32


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LINK_SECRETS", f"k1:{ZEROS}"),
        ("LINK_SECRETS", f"k2:{SECRET_HEX},k1:{ZEROS}"),
        ("METRICS_TOKEN", "x"),
        ("METRICS_TOKEN", "m" * 40),
        ("STRIPE_API_KEY", "x"),
        ("STRIPE_WEBHOOK_SECRET", "1"),
        ("LINK_TTL_SECONDS", str(30 * 365 * 86400)),
        ("RATE_PER_MINUTE", str(10**15)),
        ("ANONYMOUS_RATE_PER_MINUTE", str(10**15)),
        ("PARTY_RATE_PER_MINUTE", str(10**15)),
        ("VERIFICATIONS_PER_MINUTE", str(10**15)),
        ("PAGE_RATE_PER_MINUTE", str(10**15)),
        ("BANK_ACCOUNT_NAME", ""),
    ],
)
def test_what_protects_nothing_does_not_start_in_production(monkeypatch, tmp_path, variable, value):
    """The doctor and every start tell of it in the same words, and of no secret."""
    environment = {**safe_environ(tmp_path), f"LIUTONG_{variable}": value}
    settings = from_env(environment)
    assert variable.lower() in fatal([*unsafe(settings), *doctor.local(settings)])
    told = refusal_of(monkeypatch, environment)
    assert f"LIUTONG_{variable}:" in told
    assert ZEROS not in told
    assert weak(replace(settings, mode=Mode.SANDBOX)) == []


def test_keys_that_are_copies_or_can_be_guessed_do_not_start_in_production(tmp_path):
    environment = safe_environ(tmp_path)
    assert weak(from_env(environment)) == []
    (tmp_path / "log.key").write_text((tmp_path / "issuer.key").read_text())
    copied = weak(from_env(environment))
    assert [(finding.name, "LIUTONG_ISSUER_KEY_FILE" in finding.message) for finding in copied] == [
        ("log_key_file", True)
    ]
    (tmp_path / "issuer.key").write_text(ZEROS)
    assert fatal(weak(from_env(environment))) == {"issuer_key_file"}


@pytest.mark.parametrize(
    "part", ["https://user:word@c.example.cn", "https://c.example.cn?x=1", "https://c.example.cn#x"]
)
def test_the_public_address_is_an_address_alone(part):
    with pytest.raises(SettingsInvalid, match="LIUTONG_PUBLIC_URL") as refusal:
        from_env({"LIUTONG_PUBLIC_URL": part})
    assert "word" not in str(refusal.value)
