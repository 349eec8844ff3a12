"""Which commands there are, and where each is; a command's module is loaded when it is asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

COMMANDS: Final[Mapping[str, str]] = {
    "login": "accounts:login",
    "logout": "accounts:logout",
    "whoami": "accounts:whoami",
    "config": "accounts:config",
    "assets": "supply:assets",
    "register": "supply:register",
    "score": "supply:score",
    "list": "shelf:list_",
    "diff": "shelf:diff",
    "apply": "shelf:apply",
    "schema": "shelf:schema",
    "search": "trade:search",
    "buy": "trade:buy",
    "orders": "trade:orders",
    "agreement": "trade:agreement",
    "sign": "trade:sign",
    "pay": "trade:pay",
    "download": "trade:download",
    "accept": "trade:accept",
    "negotiate": "negotiations:negotiate",
    "payouts": "money:payouts",
}
"""What people do at a market, by the module and the name in it."""


def command(name: str) -> click.Command | None:
    """A command of the market by its name."""
    where = COMMANDS.get(name)
    if where is None:
        return None
    module, _, attribute = where.partition(":")
    loaded = getattr(import_module(f"liutong_client.cli.commands.{module}"), attribute)
    assert isinstance(loaded, click.Command)
    return loaded


class Market(click.Group):
    """The commands of the market, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are used."""
        return [*COMMANDS, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them."""
        return command(cmd_name) or super().get_command(ctx, cmd_name)


@click.command(cls=Market, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="liutong-client")
def liutong() -> None:
    """流通 Liutong: provide, buy and sell data at a data circulation centre (数据流通中心).

    Exit codes: 0 done, 1 refused, 2 usage, 3 `diff` found differences, 4 sign in first, 5 waited too long, 6 a digest
    or a proof does not hold, 130 interrupted. Data goes to stdout, words to stderr.

    Completion: eval "$(_LIUTONG_COMPLETE=bash_source liutong)", with zsh_source or fish_source for other shells.
    """
