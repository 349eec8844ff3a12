"""A form that was submitted twice is done once: its key was minted when it was drawn, and stands for one content."""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from litestar.response import Redirect

from centre.pages.shell.forms import Submitted
from centre.pages.shell.rendering import onward
from kernel.act import Act
from kernel.errors import FieldError, InvalidInput
from kernel.http.idempotency import claim_key, fingerprint, keep_answer, stored_answer
from kernel.text import Text

ANONYMOUS: Final = "anonymous"


async def once(submitted: Submitted, act: Act, run: Callable[[], Awaitable[str]]) -> Redirect:
    """Run what a form asks for and lead on to the page that `run` gives; a repeat leads there and does nothing.

    Raises IdempotencyKeyReused where the key stands for another content, InvalidInput where there is none.
    """
    if not await claim_key(act.session, _party(act), _key(submitted), _print(submitted), act.at):
        stored = await stored_answer(act.session, _party(act), submitted.key, _print(submitted))
        return onward(submitted.request, msgspec.json.decode(stored.body or b'""', type=str))
    path = await run()
    await keep_answer(act.session, _party(act), submitted.key, 303, msgspec.json.encode(path))
    return onward(submitted.request, path)


async def first_time(submitted: Submitted, act: Act) -> bool:
    """Whether a form is submitted for the first time, where what it is answered with is kept nowhere: a secret.

    Raises as `once` does.
    """
    if await claim_key(act.session, _party(act), _key(submitted), _print(submitted), act.at):
        return True
    await stored_answer(act.session, _party(act), submitted.key, _print(submitted))
    return False


def _party(act: Act) -> str:
    return act.actor.party or ANONYMOUS


def _key(submitted: Submitted) -> str:
    if not submitted.key:
        raise InvalidInput(errors=[FieldError("", Text("表单不完整，请重新打开页面", "Open the page anew"))])
    return submitted.key


def _print(submitted: Submitted) -> bytes:
    """What must be equal for two submissions to be the same; the language of the page may differ."""
    content = msgspec.json.encode(dict(sorted(submitted.values.items())))
    return fingerprint("POST", submitted.request.url.path[3:], content)
