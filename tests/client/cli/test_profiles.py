"""Which setting goes before which, and who may read the file that holds keys."""

import stat

import pytest
from click import UsageError

from liutong_client.cli import profiles
from liutong_client.cli.profiles import Profiles, resolve

STORED = Profiles(
    "shop",
    {
        "shop": {"url": "https://a.example", "key": "ltk_a", "lang": "zh"},
        "other": {"url": "https://b.example", "key": "ltk_b"},
        'a "b".c': {"url": "https://d.example"},
    },
)


def told(setting):
    return setting.value, setting.origin


@pytest.mark.parametrize(
    ("flags", "environment", "url", "key"),
    [
        ({}, {}, ("https://a.example", "profile shop"), ("ltk_a", "profile shop")),
        ({"profile": "other"}, {}, ("https://b.example", "profile other"), ("ltk_b", "profile other")),
        (
            {},
            {"LIUTONG_PROFILE": "other", "LIUTONG_API_KEY": "ltk_e"},
            ("https://b.example", "profile other"),
            ("ltk_e", "LIUTONG_API_KEY"),
        ),
        (
            {"url": "https://c.example"},
            {"LIUTONG_URL": "https://d.example", "LIUTONG_API_KEY": "ltk_e"},
            ("https://c.example", "--url"),
            ("ltk_e", "LIUTONG_API_KEY"),
        ),
        ({"url": "https://a.example/"}, {}, ("https://a.example/", "--url"), ("ltk_a", "profile shop")),
    ],
)
def test_flag_before_environment_before_profile(flags, environment, url, key):
    settings = resolve(flags, environment, STORED)
    assert (told(settings.url), told(settings.key)) == (url, key)
    assert "ltk_" not in repr(settings)


@pytest.mark.parametrize("url", ["https://evil.example", "http://a.example", "https://a.example:8443"])
def test_a_key_of_one_centre_goes_to_no_other(url):
    assert resolve({"url": url}, {}, STORED).key.value is None
    assert resolve({}, {"LIUTONG_URL": url}, STORED).key.value is None


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh"),
        ({"LANG": "de_DE"}, "en"),
        ({}, "en"),
        ({"LIUTONG_LANG": "zh", "LANG": "C"}, "zh"),
        ({"LIUTONG_LANG": "fr", "LANG": "zh_CN"}, "zh"),
    ],
)
def test_the_language_is_that_of_the_locale_unless_said(environment, lang):
    assert resolve({}, environment, Profiles()).lang.value == lang
    assert resolve({"lang": "en"}, environment, Profiles()).lang.value == "en"


def test_the_file_is_its_owners_alone_and_holds_what_was_written(tmp_path):
    file = tmp_path / "liutong" / "profiles.toml"
    made = profiles.changed(STORED, "third", url="https://c.example", key='ltk_"\\\u007f#')
    profiles.write(file, made)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert profiles.read(file) == made
    assert [each.name for each in file.parent.iterdir()] == ["profiles.toml"]
    file.chmod(0o640)
    with pytest.raises(UsageError, match="chmod 600"):
        profiles.read(file)


@pytest.mark.parametrize("content", ["current = ", "profiles = 3", "[profiles]\nx = 3", "\udcff"])
def test_a_file_that_nobody_can_read_is_said_to_be_one(tmp_path, content):
    file = tmp_path / "profiles.toml"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    file.chmod(0o600)
    with pytest.raises(UsageError, match="cannot be read"):
        profiles.read(file)


def test_none_is_no_fault(tmp_path):
    assert profiles.read(tmp_path / "none.toml") == Profiles()
