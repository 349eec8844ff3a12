"""Where the sketch secret comes from: a file that production names, or one that a sandbox makes for itself."""

from functools import cache

from kernel.crypto import signing
from kernel.settings import Settings
from rights.duplicates.hashing import SketchKey


@cache
def open_sketch_key(settings: Settings) -> SketchKey:
    """The installation's sketch secret. Whoever replaces it must sketch anew; the sweep does so for certified data."""
    if settings.sketch_key_file is None and not settings.sandbox:
        raise ValueError("production needs LIUTONG_SKETCH_KEY_FILE; see: liutong doctor")
    path = settings.sketch_key_file or settings.data_dir / "keys" / "sketch.key"
    # The file has the form of a key seed: 32 random bytes, made once however many processes start together.
    if settings.sandbox:
        signing.load_or_create(path)
    else:
        signing.load(path)
    return SketchKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
