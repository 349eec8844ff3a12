"""What an operator is told, and that nothing unsafe starts."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner, Result

from centre import doctor
from centre.cli import main
from kernel.crypto import seal, signing
from kernel.db import dsn_of
from kernel.settings import Mode, Secret, Settings

SECRET_HEX = bytes(range(7, 39)).hex()
SECRET_NUMBER = "sk_live_" + "7" * 24


@pytest.fixture
def keys(tmp_path):
    paths = tmp_path / "issuer.key", tmp_path / "log.key", tmp_path / "sketch.key"
    for path in paths:
        signing.load_or_create(path)
    seal.load_or_create(tmp_path / "seal.pem", "did:web:centre.example.cn")
    return *paths, tmp_path / "seal.pem"


@pytest.fixture
def production(settings, keys):
    """Everything that production needs."""
    return replace(
        settings,
        mode=Mode.PRODUCTION,
        public_url="https://centre.example.cn",
        issuer_key_file=keys[0],
        log_key_file=keys[1],
        sketch_key_file=keys[2],
        seal_file=keys[3],
        link_secrets=Secret("k1:" + SECRET_HEX),
        metrics_token=Secret(SECRET_HEX[:32]),
        rate_per_minute=1200,
        bank_name="示范银行",
        anonymous_rate_per_minute=300,
        stripe_api_key=Secret(""),
        stripe_webhook_secret=Secret(""),
    )


def by_name(findings, name):
    return next(finding for finding in findings if finding.name == name)


def fatal(findings):
    return {finding.name for finding in findings if finding.fatal}


async def test_a_good_installation_is_told_so(production):
    findings = await doctor.examine(production)
    # The tests' own server trades durability for speed, and the doctor must see it.
    assert fatal(findings) == {"durability"}
    assert "fsync" in by_name(findings, "durability").message
    named = ("data_dir", "issuer_key_file", "log_key_file", "sketch_key_file", "seal_file", "link_secrets")
    for name in (*named, "storage_url", "database_url"):
        assert not by_name(findings, name).cure, name
    assert by_name(findings, "schema").message.startswith("at ")
    assert by_name(findings, "clock").message == "this machine and the database agree"
    assert not list(production.data_dir.glob(".doctor-*"))
    left = [path for path in production.data_dir.rglob("*") if path.is_file()]
    assert left == [production.kek_store / "1"], "probes are taken away again"


async def test_the_sandbox_is_warned_and_not_stopped(settings):
    findings = await doctor.examine(settings)
    assert fatal(findings) == set()
    assert by_name(findings, "durability").cure


async def test_everything_that_production_lacks_is_named(tmp_path):
    findings = await doctor.examine(Settings(mode=Mode.PRODUCTION, data_dir=tmp_path))
    missing = {"database_url", "issuer_key_file", "log_key_file", "seal_file", "link_secrets", "bank_account_number"}
    assert missing | {"metrics_token", "public_url"} <= fatal(findings)
    assert all(finding.cure for finding in findings if finding.fatal)
    assert not (tmp_path / "pg").exists(), "nothing is started in place of the missing database"


async def test_a_database_that_does_not_answer(production):
    gone = replace(production, database_url=Secret("postgresql://liutong:word-of-secret@127.0.0.1:9/none"))
    found = by_name(await doctor.examine(gone), "database_url")
    assert found.fatal
    assert "word-of-secret" not in found.message


async def test_a_database_that_is_behind_or_ahead(production):
    connection = await asyncpg.connect(dsn_of(str(production.database_url)))
    try:
        await connection.execute("UPDATE alembic_version SET version_num = '0002_rights'")
        behind = by_name(await doctor.examine(production), "schema")
        await connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
        ahead = by_name(await doctor.examine(production), "schema")
        await connection.execute("DROP TABLE alembic_version")
        empty = by_name(await doctor.examine(production), "schema")
    finally:
        await connection.close()
    assert (behind.fatal, bool(behind.cure)) == (False, True)
    assert ahead.fatal
    assert (empty.fatal, bool(empty.cure)) == (False, True)


def test_key_files_must_be_whole_and_private(production, keys):
    keys[0].chmod(0o644)
    readable = by_name(doctor.local(production), "issuer_key_file")
    assert readable.fatal
    assert readable.cure == f"chmod 600 {keys[0]}"
    keys[0].chmod(0o600)
    keys[0].write_text("no key")
    assert by_name(doctor.local(production), "issuer_key_file").fatal
    keys[0].unlink()
    assert by_name(doctor.local(production), "issuer_key_file").fatal
    same = replace(production, issuer_key_file=keys[1])
    told = [finding for finding in doctor.local(same) if finding.name == "log_key_file"]
    assert any(finding.cure == "make a key for each" for finding in told)


def test_folders_secrets_and_disk(production, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    assert by_name(doctor.local(replace(production, data_dir=tmp_path / "file" / "var")), "data_dir").fatal
    weak = replace(production, link_secrets=Secret("k1:abcd"))
    found = by_name(doctor.local(weak), "link_secrets")
    assert found.fatal
    assert "abcd" not in found.message
    monkeypatch.setattr(doctor, "DISK_BYTES_MIN", 1 << 62)
    assert by_name(doctor.local(production), "disk").fatal
    monkeypatch.setattr(doctor, "DISK_BYTES_MIN", 0)
    monkeypatch.setattr(doctor, "DISK_BYTES_WARN", 1 << 62)
    low = by_name(doctor.local(production), "disk")
    assert (low.fatal, bool(low.cure)) == (False, True)


async def test_a_store_that_does_not_work(production, tmp_path):
    (tmp_path / "file").write_text("")
    broken = replace(production, storage_url=f"file://{tmp_path}/file/store")
    assert by_name(await doctor.examine(broken), "storage_url").fatal
    wrong = replace(production, storage_url="ftp://example.com/x")
    assert by_name(await doctor.examine(wrong), "storage_url").fatal


def test_the_calendar_says_which_years_are_unknown():
    assert not doctor.calendar(date(2025, 6, 1)).cure
    unknown = doctor.calendar(date(2090, 6, 1))
    assert (unknown.fatal, "2090, 2091" in unknown.message) == (False, True)


def liutong(*words: str, **environ: str) -> Result:
    """Run the command line here: what refuses to start has started nothing, and a process of its own takes seconds."""
    clean = {name: None for name in os.environ if name.startswith("LIUTONG_")}
    done = CliRunner().invoke(main, words, env={**clean, **environ})
    assert isinstance(done.exception, SystemExit | None), done.exc_info  # Anything else would be a stack trace.
    return done


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_nothing_unsafe_starts_in_production(command, tmp_path):
    done = liutong(command, LIUTONG_MODE="production", LIUTONG_DATA_DIR=str(tmp_path))
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    assert "not safe to start" in done.stderr
    for name, cure in (
        ("DATABASE_URL", "managed PostgreSQL"),
        ("ISSUER_KEY_FILE", "liutong keys new"),
        ("LOG_KEY_FILE", "liutong keys new"),
        ("LINK_SECRETS", "kid:hex"),
        ("BANK_ACCOUNT_NUMBER", "account"),
        ("METRICS_TOKEN", "token"),
        ("PUBLIC_URL", "https"),
    ):
        line = next(line for line in done.stderr.splitlines() if line.strip().startswith(f"LIUTONG_{name}:"))
        assert cure in line, line


def safe_environ(tmp_path: Path) -> dict[str, str]:
    for name in ("issuer", "log", "sketch"):
        signing.load_or_create(tmp_path / f"{name}.key")
    seal.load_or_create(tmp_path / "seal.pem", "did:web:centre.example.cn")
    return {
        "LIUTONG_MODE": "production",
        "LIUTONG_DATA_DIR": str(tmp_path),
        "LIUTONG_DATABASE_URL": "postgresql://liutong:word-of-secret@127.0.0.1:9/none",
        "LIUTONG_PUBLIC_URL": "https://centre.example.cn",
        "LIUTONG_ISSUER_KEY_FILE": str(tmp_path / "issuer.key"),
        "LIUTONG_LOG_KEY_FILE": str(tmp_path / "log.key"),
        "LIUTONG_SKETCH_KEY_FILE": str(tmp_path / "sketch.key"),
        "LIUTONG_SEAL_FILE": str(tmp_path / "seal.pem"),
        "LIUTONG_LINK_SECRETS": "k1:" + SECRET_HEX,
        "LIUTONG_BANK_ACCOUNT_NUMBER": "6222020000000000000",
        "LIUTONG_BANK_ACCOUNT_NAME": "流通中心",
        "LIUTONG_BANK_NAME": "示范银行",
        "LIUTONG_METRICS_TOKEN": SECRET_HEX[:32],
    }


def test_a_test_key_and_a_stand_in_do_not_start_in_production(tmp_path):
    card = {"LIUTONG_STRIPE_API_KEY": "sk_test_" + "7" * 24, "LIUTONG_STRIPE_API_BASE": "http://127.0.0.1:1"}
    done = liutong("serve", **safe_environ(tmp_path), **card)
    assert done.exit_code == 1
    for name in ("STRIPE_API_KEY", "STRIPE_API_BASE", "STRIPE_WEBHOOK_SECRET"):
        assert f"LIUTONG_{name}:" in done.stderr
    assert "7777" not in done.stderr


def test_a_key_that_others_can_read_does_not_start_in_production(tmp_path):
    environ = safe_environ(tmp_path)
    (tmp_path / "issuer.key").chmod(0o640)
    done = liutong("worker", **environ)
    assert done.exit_code == 1
    assert f"LIUTONG_ISSUER_KEY_FILE: {tmp_path}/issuer.key can be read by others" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_away_is_said_without_a_stack_trace(tmp_path):
    done = liutong("migrate", **safe_environ(tmp_path))
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    assert "liutong doctor" in done.stderr
    assert "word-of-secret" not in done.stderr


def test_the_doctor_speaks_and_its_exit_code_says_it_too(tmp_path, database_url):
    done = liutong("doctor", LIUTONG_MODE="production", LIUTONG_DATA_DIR=str(tmp_path))
    assert done.exit_code == 1
    assert "✗ LIUTONG_DATABASE_URL" in done.stdout
    assert "Traceback" not in done.stderr
    well = liutong("doctor", LIUTONG_DATA_DIR=str(tmp_path), LIUTONG_DATABASE_URL=database_url)
    assert well.exit_code == 0, well.stdout + well.stderr
    assert "✓ LIUTONG_DATABASE_URL: PostgreSQL" in well.stdout


@pytest.mark.slow
def test_the_doctor_names_the_embedded_servers_address(tmp_path):
    """Copies are made over it by PostgreSQL's own tools; nothing else says where it listens."""
    tmp_path.chmod(0o755)
    done = liutong("doctor", LIUTONG_DATA_DIR=str(tmp_path / "var"))
    assert "answers at postgresql://postgres@/liutong?host=" in done.stdout, done.stdout + done.stderr


def test_unknown_and_unusable_variables_are_all_named_at_once():
    done = liutong("serve", LIUTONG_PORT="http", LIUTONG_COLOUR="red", LIUTONG_MODE="play")
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    for name in ("LIUTONG_PORT", "LIUTONG_COLOUR", "LIUTONG_MODE"):
        assert f"{name}: " in done.stderr


def test_a_seal_is_looked_at_before_anything_starts(production, keys):
    assert "valid until" in by_name(doctor.local(production), "seal_file").message
    keys[3].chmod(0o640)
    assert by_name(doctor.local(production), "seal_file").fatal
    keys[3].write_text("torn")
    assert by_name(doctor.local(production), "seal_file").fatal
