"""What `liutong doctor` says of the keys of what is stored: whether they are reached, kept apart, and how old."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Final

from centre.safety import Finding
from kernel.settings import Settings
from kernel.storage.encryption.errors import KeysUnavailable
from kernel.storage.encryption.keks import FileKeys
from kernel.storage.encryption.keystore import KeyStore
from kernel.storage.encryption.policy import POLICY
from kernel.storage.encryption.tombstones import TombstonesBroken
from kernel.time.clock import SystemClock, day_in_china

_NAME: Final = "key_store_dir"
_ROTATE: Final = "run a worker, or POST /v1/wrapping-keys/rotations"


def examined(settings: Settings) -> list[Finding]:
    """The store of data keys and the keys that wrap them; nothing is changed, and nothing made."""
    folder, wrapping = settings.key_store, settings.kek_store
    findings = [_apart(folder, wrapping)]
    if not folder.is_dir():
        return [*findings, Finding(_NAME, fatal=False, message=f"{folder} is made at the first start")]
    store = KeyStore(folder, FileKeys(wrapping))
    try:
        counted, buried, versions = store.counted(), store.tombstones.all(), store.keks.versions()
    except TombstonesBroken as problem:
        cure = "restore tombstones.log from its newest copy; see: Keys of what is stored, in the operator's guide"
        return [*findings, Finding(_NAME, fatal=True, message=str(problem), cure=cure)]
    except KeysUnavailable:
        cure = "mount the folder or restore it; without it nothing that is stored can be read"
        return [*findings, Finding("kek_dir", fatal=True, message=f"{wrapping} cannot be read", cure=cure)]
    needed = {version for version in counted if version not in versions}
    if needed:
        message = f"versions {', '.join(sorted(needed))} wrap keys and are not in {wrapping}"
        return [*findings, Finding("kek_dir", fatal=True, message=message, cure="restore them from their safe copy")]
    told = ", ".join(f"version {version} wraps {counted[version]}" for version in versions)
    findings.append(Finding(_NAME, fatal=False, message=f"{told or 'no keys yet'}; {len(buried)} destroyed"))
    return [*findings, *_modes([folder, wrapping, *wrapping.iterdir()], settings), *_age(store), *_remaining(store)]


def _apart(folder: Path, wrapping: Path) -> Finding:
    if folder == wrapping or folder in wrapping.parents or wrapping in folder.parents:
        message = f"{wrapping} lies with what it wraps, so that one backup holds both and nothing is ever destroyed"
        return Finding("kek_dir", fatal=True, message=message, cure="set LIUTONG_KEK_DIR to a folder elsewhere")
    return Finding("kek_dir", fatal=False, message=f"{wrapping} is apart from {folder}")


def _modes(paths: list[Path], settings: Settings) -> list[Finding]:
    open_ones = [path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]
    return [
        Finding(
            "kek_dir", fatal=not settings.sandbox, message=f"{path} can be read by others", cure=f"chmod go= {path}"
        )
        for path in open_ones
    ]


def _age(store: KeyStore) -> list[Finding]:
    """A version that is past its time is replaced by the worker; one long past it shows that none runs."""
    versions = store.keks.versions()
    if not versions:
        return []
    at = SystemClock().now()
    days = POLICY.at(day_in_china(at)).body.rotate_days
    made = store.keks.made_at(versions[-1])
    if made + timedelta(days=days + 7) < at:
        message = f"the newest version is of {day_in_china(made)}, older than {days} days"
        return [
            Finding("kek_dir", fatal=False, message=message, cure="run a worker, or POST /v1/wrapping-keys/rotations")
        ]
    return []


def _remaining(store: KeyStore) -> list[Finding]:
    found = store.in_quarantine()
    findings = []
    if not store.complete:
        message = "objects from before there were keys are still plain; the worker encrypts them"
        findings.append(Finding(_NAME, fatal=False, message=message, cure="leave a worker running until it is done"))
    if found:
        message = f"{len(found)} objects are not as they were sealed and are kept from being read"
        cure = "restore them from a backup of the objects, then POST /v1/integrity-findings/{id}/restoration"
        findings.append(Finding("quarantine", fatal=False, message=message, cure=cure))
    return findings
