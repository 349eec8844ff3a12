"""Whether a webhook came from the centre: Standard Webhooks 1.0, over the bytes as they came."""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from liutong_client.problems import LiutongError

TOLERANCE_SECONDS: Final = 300
SECRET_BYTES_MIN: Final = 32
"""What the centre mints: anything shorter was cut off or is none of its secrets."""
TIMESTAMP_DIGITS_MAX: Final = 12
PREFIX: Final = "whsec_"


class NotFromTheCentre(LiutongError):
    """The message is not signed with any of the secrets, is too old, or is no message at all: answer it with 400."""


class EventData(msgspec.Struct, frozen=True):
    """Which event it is in the log, what it is about, and what happened; `facts` is None where they are too long."""

    id: str
    index: int
    subject: str
    facts: dict[str, Any] | None


class Event(msgspec.Struct, frozen=True):
    """What happened and when. Its `data.id` is the same at every attempt to send it: by that, take it once."""

    type: str
    timestamp: dt.datetime
    data: EventData


def verify(
    headers: Mapping[str, str],
    body: bytes,
    secrets: Iterable[str],
    *,
    tolerance_seconds: int = TOLERANCE_SECONDS,
    now: dt.datetime | None = None,
) -> Event:
    """The event in a message, by any of the secrets: give both while one is being replaced. Raises NotFromTheCentre.

    `body` is the bytes that came, before anything has parsed them. Raises ValueError for what is no secret.
    """
    if not isinstance(body, bytes):
        raise TypeError("请给出未解析的字节 · give the bytes before anything has parsed them")
    keys = [_key(secret) for secret in secrets]
    named = {name.lower(): value for name, value in headers.items()}
    try:
        id_, sent, signatures = (named[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
    except KeyError:
        raise NotFromTheCentre("缺少 Webhook 请求头 · the headers of a webhook are missing") from None
    if not (sent.isascii() and sent.isdigit() and len(sent) <= TIMESTAMP_DIGITS_MAX):
        raise NotFromTheCentre("时间戳不是秒数 · the timestamp is no number of seconds")
    moment = (now or dt.datetime.now(dt.UTC)).timestamp()
    if abs(moment - int(sent)) > tolerance_seconds:
        raise NotFromTheCentre(f"时间相差超过 {tolerance_seconds} 秒 · it is more than that many seconds away from now")
    if not _signed(f"{id_}.{sent}.".encode("utf-8", "replace") + body, signatures, keys):
        raise NotFromTheCentre("签名不符 · none of the secrets has signed it")
    try:
        return msgspec.json.decode(body, type=Event)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise NotFromTheCentre(f"无法读取 · it cannot be read: {problem}") from None


def _key(secret: str) -> bytes:
    """The bytes of a secret; raises ValueError where they are too few, since anybody signs with an empty one."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError:
        key = b""
    if len(key) < SECRET_BYTES_MIN:
        raise ValueError("密钥格式有误 · not a secret of a webhook")
    return key


def _signed(content: bytes, signatures: str, keys: Iterable[bytes]) -> bool:
    """Whether one of the signatures is one of the secrets'; every pair is compared, in constant time."""
    given = [each.removeprefix("v1,") for each in signatures.split(" ") if each.startswith("v1,")]
    holds = False
    for key in keys:
        expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode("ascii")
        for each in given:
            holds |= hmac.compare_digest(expected.encode(), each.encode("utf-8", "replace"))
    return holds
