"""Where the link secrets come from: the operator's setting, or a file that a sandbox makes for itself."""

from functools import cache

from kernel.crypto import signing
from kernel.settings import Settings
from kernel.storage.links import Keyring


@cache
def open_keyring(settings: Settings) -> Keyring:
    """The installation's link secrets; production must set them, a sandbox shares one file between its processes."""
    if settings.link_secrets:
        return Keyring.parse(str(settings.link_secrets))
    if not settings.sandbox:
        raise ValueError("production needs LIUTONG_LINK_SECRETS; see: liutong doctor")
    path = settings.data_dir / "keys" / "links.key"
    # The file has the form of a key seed: 32 random bytes, made once however many processes start together.
    signing.load_or_create(path)
    return Keyring("sandbox", {"sandbox": bytes.fromhex(path.read_text(encoding="ascii").strip())})
