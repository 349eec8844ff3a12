"""What every command of the market has: its options, a client when it needs one, and one way to end."""

import functools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast

import click

from liutong_client.cli import profiles
from liutong_client.cli.output import Screen, refusal

if TYPE_CHECKING:
    from liutong_client.blocking.client import Liutong
    from liutong_client.connection import Language

REFUSED: Final = 1
USAGE: Final = 2
DIFFERS: Final = 3
SIGN_IN: Final = 4
WAITED: Final = 5
UNPROVEN: Final = 6
INTERRUPTED: Final = 130

R = TypeVar("R")


class Session:
    """One run of one command."""

    def __init__(self, settings: profiles.Settings, more: dict[str, Any]) -> None:
        self.settings = settings
        self.screen = Screen(settings.lang.value or "en", settings.output.value or "table")
        self.place: Callable[[str], str] = lambda pointer: pointer or "/"
        self.more = more
        self._client: Liutong | None = None

    @property
    def client(self) -> "Liutong":
        """The client; ends the command where nobody is signed in."""
        if self.settings.key.value is None:
            why = self.settings.key.origin
            self.screen.say(
                f"请先登录 · {why}：liutong login --url https://… --with-key，或设置 LIUTONG_API_KEY",
                f"sign in first ({why}): liutong login --url https://… --with-key, or set LIUTONG_API_KEY",
            )
            end(SIGN_IN)
        return self.open(self.settings.key.value)

    @property
    def anybody(self) -> "Liutong":
        """The client, without a key where there is none: for what everybody may see."""
        return self.open(self.settings.key.value)

    def open(self, key: str | None) -> "Liutong":
        """A client with a key, at the centre that the settings name."""
        if self._client is None:
            self._client = connect(self.url, key, self.screen.lang, self.more)
        return self._client

    @property
    def url(self) -> str:
        """The centre's address; raises UsageError where nobody has said it."""
        if self.settings.url.value is None:
            raise click.UsageError("未指定中心 · which centre? --url https://… , LIUTONG_URL, or liutong login")
        return self.settings.url.value

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def ask(self, question: str, flag: str, *, assent: bool) -> None:
        """Have the user agree, by the flag or at a terminal; raises UsageError where there is neither."""
        if assent:
            return
        if not sys.stdin.isatty():
            raise click.UsageError(f"非终端：请用 · no terminal to ask at: use {flag}")
        if not click.confirm(question, err=True):
            end(REFUSED)


def connect(url: str, key: str | None, lang: str, more: dict[str, Any]) -> "Liutong":
    """A client of the centre at an address; raises UsageError for one to which no key goes."""
    from liutong_client.blocking.client import Liutong
    from liutong_client.connection import KeyInTheClear

    try:
        return Liutong(url, key, language=cast("Language", lang), **more)
    except (KeyInTheClear, ValueError) as problem:
        raise click.UsageError(str(problem)) from None


def end(code: int) -> NoReturn:
    """End the command with a code."""
    click.get_current_context().exit(code)


_OPTIONS: Final = (
    click.option("--lang", type=click.Choice(profiles.LANGUAGES), help="language of words  [locale]"),
    click.option("--output", "-o", type=click.Choice(profiles.FORMATS), help="form of data  [table]"),
    click.option("--url", metavar="URL", help="the centre's address  [LIUTONG_URL]"),
    click.option("--profile", metavar="NAME", help="profile of the configuration folder  [LIUTONG_PROFILE]"),
)


def market(function: Callable[..., R]) -> Callable[..., R]:
    """A command of the market: it is given a session, and whatever goes wrong ends it by its code."""

    @functools.wraps(function)
    def run(*args: Any, **options: Any) -> R:
        named: dict[str, str | None] = {name: options.pop(name) for name in ("lang", "output", "url", "profile")}
        context = click.get_current_context()
        more = context.find_root().obj
        settings = profiles.resolve(named, os.environ, profiles.read(profiles.path()))
        session = Session(settings, more if isinstance(more, dict) else {})
        with ending(session):
            return function(session, *args, **options)

    wrapped: Any = run
    for option in _OPTIONS:
        wrapped = option(wrapped)
    return cast("Callable[..., R]", wrapped)


@contextmanager
def ending(session: Session) -> Iterator[None]:
    """Tell what went wrong, and end with its code; leave no connection open."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit):
        raise
    except (KeyboardInterrupt, click.Abort):
        session.screen.say("已中断", "interrupted")
        end(INTERRUPTED)
    except Exception as problem:
        code = _told(session, problem)
        if code is None:
            raise
        end(code)
    finally:
        session.close()


def _told(session: Session, problem: Exception) -> int | None:
    """Tell a problem that the client knows, and give its exit code; None for what is a fault of the program."""
    from liutong_client import problems as p

    if isinstance(problem, p.Problem):
        refusal(session.screen, problem, session.place)
        if isinstance(problem, p.NotSignedIn):
            session.screen.say("  请重新登录：liutong login", "  sign in again: liutong login")
            return SIGN_IN
        return REFUSED
    if isinstance(problem, ValueError):  # What was typed is no id, no key, or no text.
        click.echo(f"✗ {problem}", err=True)
        return USAGE
    if isinstance(problem, OSError | p.LiutongError):
        click.echo(f"✗ {problem}", err=True)
        kinds: tuple[tuple[type[Exception], int], ...] = ((p.WaitedTooLong, WAITED), (p.DigestMismatch, UNPROVEN))
        return next((code for kind, code in kinds if isinstance(problem, kind)), REFUSED)
    return None
