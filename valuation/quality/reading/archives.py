"""Unpacking what came zipped: no path leaves its folder, no archive grows beyond its limits, none holds another."""

import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from kernel.text import Text
from valuation.quality.errors import CorruptFile, DataTooLarge
from valuation.quality.policy import Limits
from valuation.quality.reading.damage import guarded

RATIO_MAX = 200
"""Ordinary tables shrink 5 to 50 times; beyond this, and beyond UNCHECKED, an archive is taken for a bomb."""
UNCHECKED_BYTES = 100 << 20
_CHUNK = 1 << 20


def is_zip(file: str) -> bool:
    """Say by its name whether a file is an archive of tables."""
    return file.lower().endswith(".zip")


def unpacked(files: Mapping[str, Path], folder: Path, limits: Limits) -> dict[str, tuple[str, Path]]:
    """Give every table's name with the file it came from and its path; archives are unpacked into the folder."""
    found: dict[str, tuple[str, Path]] = {}
    for number, (file, path) in enumerate(sorted(files.items())):
        members = _extract(file, path, folder / str(number), limits) if is_zip(file) else {file: path}
        for name, place in members.items():
            found[name] = (file, place)
    if len(found) > limits.files_max:
        raise DataTooLarge(file=max(files), measure="files", value=len(found), limit=limits.files_max)
    return found


def _extract(file: str, path: Path, folder: Path, limits: Limits) -> dict[str, Path]:
    found: dict[str, Path] = {}
    with guarded(file), zipfile.ZipFile(path, metadata_encoding="gb18030") as archive:
        members = [info for info in archive.infolist() if not info.is_dir()]
        if len(members) > limits.files_max:
            raise DataTooLarge(file=file, measure="files", value=len(members), limit=limits.files_max)
        room = expansion_allowed(path.stat().st_size, limits)
        folder.mkdir(parents=True)
        for number, info in enumerate(members):
            _safe(file, info, found)
            target = folder / f"{number}.data"
            room -= _copy(file, archive, info, target, room)
            found[f"{file}/{info.filename}"] = target
    return found


def expansion_allowed(size: int, limits: Limits) -> int:
    """How many bytes a compressed file of this size may unpack to."""
    return min(limits.expanded_size_bytes_max, max(UNCHECKED_BYTES, RATIO_MAX * size))


def _safe(file: str, info: zipfile.ZipInfo, found: Mapping[str, Path]) -> None:
    """Members are written under numbers, yet a name that tries to climb shows what the archive is for."""
    name = PurePosixPath(info.filename.replace("\\", "/"))
    reason: Text | None = None
    member = repr(info.filename[:80])
    if name.is_absolute() or ".." in name.parts or ":" in info.filename or "\x00" in info.filename:
        reason = Text(f"成员 {member} 指向压缩包之外", f"its member {member} points outside the archive")
    elif info.flag_bits & 1:
        reason = Text(
            f"成员 {member} 已加密，请去掉密码后提交", f"its member {member} is encrypted; send it without a password"
        )
    elif is_zip(info.filename):
        reason = Text(
            f"成员 {member} 是压缩包中的压缩包，请先解压",
            f"its member {member} is an archive in an archive; unpack it first",
        )
    elif f"{file}/{info.filename}" in found:
        reason = Text(f"成员 {member} 出现两次", f"its member {member} occurs twice")
    if reason:
        raise CorruptFile(file=file, reason=reason)


def _copy(file: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, room: int) -> int:
    """Count what really comes out; the size that a header declares is only a claim."""
    written = 0
    with archive.open(info) as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > room:
                raise DataTooLarge(file=file, measure="expanded_size_bytes", value=f"> {room}", limit=room)
            sink.write(chunk)
    return written
