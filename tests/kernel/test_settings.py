"""Settings from the environment: everything wrong is named at once, and secrets do not show."""

from pathlib import Path

import pytest

from centre.safety import unsafe
from kernel.settings import Mode, Secret, Settings, SettingsInvalid, from_env


def test_nothing_set_is_a_working_sandbox():
    settings = from_env({"PATH": "/bin", "LIUTONG_PG_USER": "x"})
    assert settings == Settings()
    assert settings.sandbox
    assert unsafe(settings) == []


def test_values_are_read_in_their_types():
    settings = from_env(
        {
            "LIUTONG_MODE": "production",
            "LIUTONG_PORT": "9000",
            "LIUTONG_DATA_DIR": "/srv/liutong",
            "LIUTONG_DATABASE_URL": "postgresql://u:word@h/d",
            "LIUTONG_OTEL": "1",
            "LIUTONG_PUBLIC_URL": "https://centre.example.cn/liutong/",
        }
    )
    assert (settings.mode, settings.port, settings.data_dir, settings.otel) == (
        Mode.PRODUCTION,
        9000,
        Path("/srv/liutong"),
        True,
    )
    assert isinstance(settings.database_url, Secret)
    assert settings.did == "did:web:centre.example.cn"
    assert settings.log_origin == "centre.example.cn/liutong/log"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:9000"),
        ("0.0.0.0", "http://127.0.0.1:9000"),
        ("::", "http://[::1]:9000"),
        ("fe80::1", "http://[fe80::1]:9000"),
    ],
)
def test_links_lead_to_where_the_server_listens(host, url):
    assert from_env({"LIUTONG_HOST": host, "LIUTONG_PORT": "9000"}).public_url == url


def test_the_name_as_an_issuer_holds_the_port():
    assert Settings().did == "did:web:127.0.0.1%3A8000"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MODE", "staging"),
        ("PORT", "0"),
        ("PORT", "-1"),
        ("PORT", "8000.0"),
        ("PORT", ""),
        ("BODY_BYTES_MAX", "1MB"),
        ("OTEL", "yes"),
        ("PORT", "65536"),
        ("PUBLIC_URL", "centre.example.cn"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://centre.example.cn:port"),
        ("DATABASE_URL", "mysql://u:word@h/d"),
        ("DATABASE_URL", "postgresql://"),
        ("STORAGE_URL", "ftp://h/d"),
        ("STORAGE_URL", "file://relative"),
        ("LOG_LEVEL", "loud"),
        ("NO_SUCH_THING", "1"),
    ],
)
def test_an_unusable_variable_is_named(name, value):
    with pytest.raises(SettingsInvalid, match=f"LIUTONG_{name}: ") as refusal:
        from_env({f"LIUTONG_{name}": value})
    assert "word" not in str(refusal.value)


def test_all_faults_are_told_at_once_and_no_value_of_a_secret():
    with pytest.raises(SettingsInvalid) as refusal:
        from_env({"LIUTONG_PORT": "x", "LIUTONG_MODE": "y", "LIUTONG_TYPO": "word-of-secret"})
    text = str(refusal.value)
    assert [line.partition(":")[0] for line in text.splitlines()] == ["LIUTONG_MODE", "LIUTONG_PORT", "LIUTONG_TYPO"]
    assert "word-of-secret" not in text


def test_secrets_do_not_show():
    settings = Settings(stripe_api_key=Secret("sk_live_abcdefgh"), database_url=Secret("postgresql://u:word@h/d"))
    for shown in (repr(settings), f"{settings!r}", str([settings.stripe_api_key])):
        assert "abcdefgh" not in shown
        assert "word" not in shown
        assert "Secret(***)" in shown
    assert repr(Secret("")) == "Secret(unset)"
    assert str(settings.stripe_api_key) == "sk_live_abcdefgh", "who asks for the text gets it"


def test_production_names_what_it_lacks_with_the_cure():
    found = unsafe(Settings(mode=Mode.PRODUCTION, stripe_api_key=Secret("sk_test_x"), stripe_api_base="http://x"))
    names = {finding.name for finding in found}
    assert names >= {
        "database_url",
        "issuer_key_file",
        "log_key_file",
        "link_secrets",
        "bank_account_number",
        "metrics_token",
        "public_url",
        "stripe_api_key",
        "stripe_webhook_secret",
        "stripe_api_base",
    }
    assert all(finding.fatal and finding.message and finding.cure for finding in found)


@pytest.mark.parametrize(
    "value",
    ["postgresql://h/d", "postgres://h/d", "postgresql+asyncpg:///d?host=/run", "postgresql://u:w@[::1]:5432/d"],
)
def test_addresses_of_databases(value):
    assert str(from_env({"LIUTONG_DATABASE_URL": value}).database_url) == value


def test_what_is_set_to_nothing_is_not_set():
    assert from_env({"LIUTONG_STORAGE_URL": "", "LIUTONG_DATABASE_URL": ""}) == Settings()
