"""A form that was submitted twice is done once: its key was minted when it was drawn, and stands for one content."""

from typing import Final

import msgspec

from centre.pages.shell.forms import Submitted
from kernel.act import Act
from kernel.errors import FieldError, InvalidInput
from kernel.http.idempotency import claim_key, fingerprint, stored_answer
from kernel.text import Text

ANONYMOUS: Final = "anonymous"


async def first_time(submitted: Submitted, act: Act) -> bool:
    """Whether a form is submitted for the first time, where what it is answered with is kept nowhere: a secret.

    Raises IdempotencyKeyReused where the key stands for another content, InvalidInput where there is none.
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
