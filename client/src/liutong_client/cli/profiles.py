"""Where the centre is, with which key and in which language: flag, environment, profile, default, in this order."""

import json
import locale
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
FIELDS: Final = ("url", "key", "lang", "output")
FORMATS: Final = ("table", "json", "jsonl")
LANGUAGES: Final = ("zh", "en")
VARIABLES: Final = {
    "url": "LIUTONG_URL",
    "key": "LIUTONG_API_KEY",
    "lang": "LIUTONG_LANG",
    "output": "LIUTONG_OUTPUT",
    "profile": "LIUTONG_PROFILE",
}
SIZE_MAX: Final = 1 << 20


class ProfilesUnsafe(click.UsageError):
    """The file of profiles cannot be used as it is; says how it is mended."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and where it comes from."""

    value: str | None
    origin: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a command goes by; `repr` shows no key."""

    profile: Setting
    url: Setting
    key: Setting = field(repr=False)
    lang: Setting
    output: Setting


@dataclass(frozen=True, slots=True)
class Profiles:
    """What the file of profiles holds."""

    current: str | None = None
    by_name: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)


def path() -> Path:
    """The file, in the user's configuration folder."""
    return Path(click.get_app_dir("liutong")) / "profiles.toml"


def read(file: Path) -> Profiles:
    """Read it; raises ProfilesUnsafe where others may read it too, or where nobody can."""
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            content = opened.read(SIZE_MAX + 1)
    except FileNotFoundError:
        return Profiles()
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise ProfilesUnsafe(f"{file}: 他人可读 · others may read it: chmod 600 {file}")
    try:
        document = tomllib.loads(content.decode("utf-8"))
        stored = document.get("profiles", {})
        by_name = {
            str(name): {key: value for key, value in stored[name].items() if key in FIELDS and isinstance(value, str)}
            for name in stored
        }
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError, TypeError) as problem:
        raise ProfilesUnsafe(f"{file}: 无法读取 · cannot be read: {problem}") from None
    current = document.get("current")
    return Profiles(current if isinstance(current, str) else None, by_name)


def write(file: Path, profiles: Profiles) -> None:
    """Write it whole, for its owner alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [] if profiles.current is None else [f"current = {_quoted(profiles.current)}"]
    for name, values in sorted(profiles.by_name.items()):
        lines += [
            "",
            f"[profiles.{_quoted(name)}]",
            *(f"{key} = {_quoted(value)}" for key, value in sorted(values.items())),
        ]
    draft = file.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write("\n".join(lines) + "\n")
    draft.replace(file)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def changed(profiles: Profiles, name: str, **values: str | None) -> Profiles:
    """With a profile's values set, or left out where they are None; a first profile is the one that is used."""
    before = profiles.by_name.get(name, {})
    after = {key: value for key, value in {**before, **values}.items() if value is not None}
    return Profiles(profiles.current or name, {**profiles.by_name, name: after})


def resolve(flags: Mapping[str, str | None], environment: Mapping[str, str], profiles: Profiles) -> Settings:
    """Each setting by its precedence. A profile's key goes to that profile's centre and to no other."""
    name = _first("profile", flags, environment, {"profile": profiles.current or ""}, "default")
    stored = profiles.by_name.get(name.value or "", {})
    origin = f"profile {name.value}"
    made = {each: _first(each, flags, environment, stored, None, origin) for each in ("url", "output")}
    key = _first("key", {}, environment, stored, None, origin)
    if key.origin == origin and _place(made["url"].value) != _place(stored.get("url")):
        key = Setting(None, f"{origin} 属于另一中心 · is of another centre")
    lang = _first("lang", flags, environment, stored, None, origin)
    if lang.value not in LANGUAGES:
        lang = Setting(spoken(environment), "locale")
    output = made["output"] if made["output"].value in FORMATS else Setting("table", "default")
    return Settings(name, made["url"], key, lang, output)


def _first(
    name: str,
    flags: Mapping[str, str | None],
    environment: Mapping[str, str],
    stored: Mapping[str, str],
    default: str | None,
    origin: str = "profiles.toml",
) -> Setting:
    if (flag := flags.get(name)) is not None:
        return Setting(flag, f"--{name}")
    if value := environment.get(VARIABLES[name]):
        return Setting(value, VARIABLES[name])
    if value := stored.get(name):
        return Setting(value, origin)
    return Setting(default, "default")


def _place(url: str | None) -> tuple[str, str | None, int | None] | None:
    if url is None:
        return None
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def spoken(environment: Mapping[str, str]) -> str:
    """The language of the user's locale: Chinese where it says so, else English."""
    told = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    if not told and os.name == "nt":
        told = locale.getlocale()[0] or ""
    return "zh" if told.lower().startswith(("zh", "chinese")) else "en"
