"""The commands of the market are the client's own: here they stand beside those of a centre (decision 0310)."""

import importlib.util
from collections.abc import Iterable
from typing import Final

import click

from kernel import ids

SHARED: Final = "score"
"""A table is scored here, an asset at the centre: which of both is meant, its first argument says."""


def is_there() -> bool:
    """Whether the client's distribution is installed beside this one."""
    return importlib.util.find_spec("liutong_client") is not None


class Carrying(click.Group):
    """The commands of a centre, and those of the client where it is installed, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Both, by their names."""
        return sorted({*super().list_commands(ctx), *_names()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One's own, else the client's."""
        return super().get_command(ctx, cmd_name) or _command(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As the group does; but what names an asset of a centre is the client's."""
        if args[0] == SHARED and any(ids.is_id("ast", each) for each in args[1:]) and (other := _command(SHARED)):
            return SHARED, other, args[1:]
        return super().resolve_command(ctx, args)


def _names() -> Iterable[str]:
    if not is_there():
        return ()
    from liutong_client.cli.group import COMMANDS

    return COMMANDS


def _command(name: str) -> click.Command | None:
    if not is_there():
        return None
    from liutong_client.cli.group import command

    return command(name)
