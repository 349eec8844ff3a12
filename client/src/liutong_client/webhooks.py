"""Whether a webhook came from the centre: Standard Webhooks 1.0, over the bytes as they came."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from liutong_client.problems import LiutongError

TOLERANCE_SECONDS: Final = 300
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

    `body` is the bytes that came, before anything has parsed them.
    """
    if not isinstance(body, bytes):
        raise TypeError("请给出未解析的字节 · give the bytes before anything has parsed them")
    named = {name.lower(): value for name, value in headers.items()}
    try:
        id_, sent, signatures = (named[f"webhook-{name}"] for name in ("id", "timestamp", "signature"))
        at = int(sent)
    except (KeyError, ValueError):
        raise NotFromTheCentre("缺少 Webhook 请求头 · the headers of a webhook are missing") from None
    moment = (now or dt.datetime.now(dt.UTC)).timestamp()
    if abs(moment - at) > tolerance_seconds:
        raise NotFromTheCentre(f"时间相差超过 {tolerance_seconds} 秒 · it is more than that many seconds away from now")
    if not _signed(f"{id_}.{at}.".encode() + body, signatures, secrets):
        raise NotFromTheCentre("签名不符 · none of the secrets has signed it")
    try:
        return msgspec.json.decode(body, type=Event)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise NotFromTheCentre(f"无法读取 · it cannot be read: {problem}") from None


def _signed(content: bytes, signatures: str, secrets: Iterable[str]) -> bool:
    """Whether one of the signatures is one of the secrets'; every pair is compared, in constant time."""
    given = [each.removeprefix("v1,") for each in signatures.split(" ") if each.startswith("v1,")]
    holds = False
    for secret in secrets:
        try:
            material = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            raise ValueError("密钥格式有误 · not a secret of a webhook") from None
        expected = base64.b64encode(hmac.new(material, content, hashlib.sha256).digest()).decode("ascii")
        for each in given:
            holds |= hmac.compare_digest(expected.encode(), each.encode("utf-8", "replace"))
    return holds
