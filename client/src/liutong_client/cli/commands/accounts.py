"""`liutong login`, `logout`, `whoami`, `config`: who calls, and where what is remembered of it lies."""

import sys
from typing import Final

import click

from liutong_client.cli import profiles
from liutong_client.cli.output import Column
from liutong_client.cli.session import SIGN_IN, Session, connect, end, market

KEY_LENGTH_MAX: Final = 200


@click.command()
@click.option("--with-key", is_flag=True, help="read the key from standard input")
@market
def login(session: Session, *, with_key: bool) -> None:
    """登录 · Keep an API key for a centre, once the centre has taken it.

    The key comes from standard input or is asked for unseen, never from an argument: echo "$KEY" | liutong login --url
    https://… --with-key
    """
    from liutong_client.problems import NotSignedIn

    url, name = session.url, session.settings.profile.value or "default"
    if not profiles.NAME.fullmatch(name):
        raise click.UsageError(f"配置名须为小写字母、数字和连字符 · a profile is a-z, 0-9 and -: {name[:40]!r}")
    key = _key(session, with_key=with_key)
    with connect(url, key, session.screen.lang, session.more) as client:
        try:
            me = client.parties.whoami()
        except NotSignedIn:
            session.screen.say("中心不接受该密钥", "the centre does not take this key")
            end(SIGN_IN)
    file = profiles.path()
    profiles.write(file, profiles.changed(profiles.read(file), name, url=url, key=key))
    session.screen.say(
        f"已登录为 {me.party.name}，密钥存于 {file}（配置 {name}）",
        f"signed in as {me.party.name}; the key is kept in {file} (profile {name})",
    )


def _key(session: Session, *, with_key: bool) -> str:
    """The key as it was sent or typed; raises UsageError where it is none."""
    if with_key:
        key = sys.stdin.read(KEY_LENGTH_MAX + 1).strip()
    elif sys.stdin.isatty():
        key = str(click.prompt(session.screen.of("接口密钥", "API key"), hide_input=True, err=True)).strip()
    else:
        raise click.UsageError("非终端：请用 --with-key 并由标准输入给出密钥 · no terminal: use --with-key")
    if not 0 < len(key) <= KEY_LENGTH_MAX or not key.isascii() or not key.isprintable() or " " in key:
        raise click.UsageError("这不是接口密钥 · this is no API key")
    return key


@click.command()
@market
def logout(session: Session) -> None:
    """退出 · Forget the key of a profile; the key itself stays good until it is revoked."""
    file, name = profiles.path(), session.settings.profile.value or "default"
    before = profiles.read(file)
    if "key" not in before.by_name.get(name, {}):
        session.screen.say(f"配置 {name} 没有密钥", f"profile {name} has no key")
        return
    profiles.write(file, profiles.changed(before, name, key=None))
    session.screen.say(f"已忘记配置 {name} 的密钥；如需停用请在中心撤销", f"the key of profile {name} is forgotten")


@click.command()
@market
def whoami(session: Session) -> None:
    """当前身份 · The party and key that call."""
    columns = (
        Column("主体", "party", lambda me: me.party.name),
        Column("编号", "id", lambda me: me.party.id),
        Column("状态", "status", lambda me: me.party.status),
        Column("密钥", "key", lambda me: me.key.name),
        Column("角色", "roles", lambda me: me.roles),
        Column("密钥到期", "key ends", lambda me: me.key.expires_at),
    )
    session.screen.one(columns, session.client.parties.whoami())


@click.group()
def config() -> None:
    """配置 · What commands go by."""


@config.command("show")
@click.option("--origin", is_flag=True, help="say where each comes from")
@market
def show(session: Session, *, origin: bool) -> None:
    """查看配置 · The address, the language and the form of data; of a key only whether there is one."""
    settings = session.settings
    rows = []
    for name in ("profile", "url", "key", "lang", "output"):
        setting: profiles.Setting = getattr(settings, name)
        value = "***" if name == "key" and setting.value else setting.value
        rows.append({"name": name, "value": value, **({"origin": setting.origin} if origin else {})})
    columns = [Column("名称", "name", lambda row: row["name"]), Column("值", "value", lambda row: row["value"])]
    if origin:
        columns.append(Column("来源", "origin", lambda row: row["origin"]))
    session.screen.listed(columns, rows)
    session.screen.say(f"配置文件 {profiles.path()}", f"profiles: {profiles.path()}")
