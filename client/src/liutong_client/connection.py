"""Where the centre is and with which key it is asked: the rules that keep a key from going elsewhere. Pure."""

import ipaddress
from dataclasses import dataclass, field
from typing import Final, Literal

import httpx

from liutong_client.problems import LiutongError

VERSION: Final = "0.1.0"
TIMEOUT_SECONDS: Final = 30.0

Language = Literal["zh", "en"]


class KeyInTheClear(LiutongError):
    """A key would go over the network in the clear: only https carries one, and http to this very machine."""


class LeadsElsewhere(LiutongError):
    """A link leads to another origin than the centre's; no key goes there."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The centre's address and the caller's key, which no message and no `repr` shows."""

    base_url: str
    key: str | None = field(default=None, repr=False)
    language: Language = "en"

    def __post_init__(self) -> None:
        url = httpx.URL(self.base_url)
        rest = url.raw_path not in (b"", b"/") or url.fragment
        if url.scheme not in ("http", "https") or not url.host or url.userinfo or rest:
            raise ValueError(f"不是中心的地址 · not the address of a centre: {url.scheme}://{url.host}")
        if self.key and url.scheme == "http" and not is_loopback(url.host):
            raise KeyInTheClear(f"密钥只能经 https 发送 · a key is sent over https only: {url.host}")

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        more = {"accept-language": self.language, "user-agent": f"liutong-client/{VERSION}"}
        return {**more, "authorization": f"Bearer {self.key}"} if self.key else more

    @property
    def by_proxy(self) -> bool:
        """Whether a proxy that the environment names may be used: over http it would read the key."""
        return httpx.URL(self.base_url).scheme == "https"

    def own(self, link: str) -> str:
        """The path and query of a link that leads to the centre; raises LeadsElsewhere."""
        centre = httpx.URL(self.base_url)
        url = centre.join(link)
        if (url.scheme, url.host, url.port) != (centre.scheme, centre.host, centre.port):
            raise LeadsElsewhere(
                f"链接指向 {url.scheme}://{url.host} · the link leads to {url.host}, not to {centre.host}"
            )
        return url.raw_path.decode("ascii")


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
