"""Tokens of forms: bound to the session of whoever is signed in, and to a cookie of their own for everybody else."""

import base64
import hmac
import secrets
from typing import Any, Final, cast

from litestar import Request
from litestar.datastructures import Cookie

from kernel.runtime import Runtime
from kernel.signin.door.visitor import cookie, cookie_name, token_in
from kernel.signin.sessions import BINDING
from kernel.storage.keys import open_keyring

Http = Request[Any, Any, Any]

COOKIE: Final = "liutong-form"
_NEW: Final = "liutong_form_cookie"


def token(request: Http) -> str:
    """The token for a form that is being drawn; without a session and a cookie a cookie is begun (see `new_cookie`)."""
    return _token(_runtime(request), _binding(request) or _begun(request))


def is_ours(request: Http, presented: str) -> bool:
    """Whether a form's token was made here for this session, or for this cookie."""
    binding = _binding(request)
    if binding is None:
        return False
    sent = presented.encode("utf-8", "replace")
    ring_secrets = open_keyring(_runtime(request).settings).secrets.values()
    return any(hmac.compare_digest(_signed(secret, binding).encode(), sent) for secret in ring_secrets)


def new_cookie(request: Http) -> Cookie | None:
    """The cookie that an answer has to set, where a form was drawn for somebody who had none."""
    value = cast(dict[str, Any], request.scope).get(_NEW)
    if value is None:
        return None
    settings = _runtime(request).settings
    return cookie(settings, cookie_name(settings, COOKIE), value)


def _runtime(request: Http) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def _binding(request: Http) -> str | None:
    session = cast(dict[str, Any], request.scope).get(BINDING)
    if session is not None:
        return f"session:{session}"
    own = token_in(request.scope, cookie_name(_runtime(request).settings, COOKIE))
    return f"cookie:{own}" if own else None


def _begun(request: Http) -> str:
    scope = cast(dict[str, Any], request.scope)
    value = scope.setdefault(_NEW, secrets.token_urlsafe(32))
    return f"cookie:{value}"


def _token(runtime: Runtime, binding: str) -> str:
    ring = open_keyring(runtime.settings)
    return _signed(ring.secrets[ring.current], binding)


def _signed(secret: bytes, binding: str) -> str:
    key = hmac.digest(secret, b"liutong-form-v1", "sha256")
    return base64.urlsafe_b64encode(hmac.digest(key, binding.encode(), "sha256")).rstrip(b"=").decode("ascii")
