"""`liutong members`: whoever keeps the centre's machine lets the centre's own people in (成员)."""

import click

from centre.cli.running import configured, run

OFFICES = ("operator", "registrar", "reviewer", "clearing", "regulator", "auditor")


@click.group()
def members() -> None:
    """成员 · The centre's own people, who sign in on its pages."""


@members.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="the person's name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(OFFICES), help="an office; repeatable")
@click.option("--administrator", is_flag=True, help="let the person manage the centre's other members")
def members_invite(email: str, name: str, roles: tuple[str, ...], administrator: bool) -> None:
    """邀请中心成员 · Print a link, once, by which a person becomes a member of the centre within seven days."""
    from centre.people import invite

    click.echo(run(invite(configured(), email, name, list(roles), administrator=administrator)))


@members.command("reset")
@click.argument("email")
@click.option("--clear-factors", is_flag=True, help="forget app, recovery codes and passkeys as well")
def members_reset(email: str, clear_factors: bool) -> None:
    """重置中心成员密码 · Print a link, once, by which a member of the centre sets a new password in half an hour."""
    from centre.people import reset

    click.echo(run(reset(configured(), email, clears_factors=clear_factors)))
