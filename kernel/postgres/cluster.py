"""The data directory of embedded PostgreSQL and the folder of its socket: made whole, or refused."""

import glob
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from kernel.postgres.binaries import Binaries
from kernel.postgres.host import Account, PostgresUnavailable, own_folder, reaches, run

# Written into a new cluster's postgresql.conf, where an operator may tune it. Durability stays on.
DEFAULTS: Mapping[str, str] = {
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_min_duration_statement": "500",
    "log_parameter_max_length": "0",  # Statement parameters hold secrets and personal data.
    "idle_in_transaction_session_timeout": "30s",
}
# A process that stands in a folder needs no permission on the folders above it to use it by this name.
HERE = "/proc/self/cwd"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_BYTES_MAX = 100  # 104 on macOS and 108 on Linux, closing zero included.
# PostgreSQL and its clients read commas, colons, quotes and blanks in a socket's path as something else.
PLAIN_PATH = re.compile(r"[\w/.+-]+")


def prepared(data: Path) -> Path:
    """The real path, so that two names of one directory share one lock; its parent exists and is not open to all."""
    data = data.resolve()
    try:
        data.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PostgresUnavailable(
            f"无法建立目录 {data.parent}（{error}）。请改用本用户可写的数据目录。",
            f"{data.parent} cannot be made ({error}): choose a data directory this user may write to.",
        ) from error
    if data.parent.stat().st_mode & stat.S_IWOTH:
        raise PostgresUnavailable(
            f"{data.parent} 人人可写，数据库不能直接放在其中。请使用其下的一个子目录。",
            f"Everybody may write to {data.parent}, so a database cannot lie there: use a folder inside it.",
        )
    return data


def walkable(data: Path, account: Account) -> bool:
    """Whether the account may use the real path; if not, it works from inside the directory (Linux only)."""
    direct = reaches(account, data.parent)
    if not direct and not Path(HERE).exists():
        raise PostgresUnavailable(
            f"PostgreSQL 所用账户（{account.uid}）无法进入 {data.parent}。请改用它可进入的数据目录。",
            f"The account PostgreSQL runs as ({account.uid}) cannot enter {data.parent}: choose a data directory "
            "it can reach.",
        )
    return direct


def exists(data: Path, programs: Binaries) -> bool:
    """Whether a whole cluster of our version is there; anything else but an empty folder is refused, untouched."""
    if not data.exists() or (data.is_dir() and not any(data.iterdir())):
        return False
    if not (data / "PG_VERSION").is_file() or not (data / "global" / "pg_control").is_file():
        raise PostgresUnavailable(
            f"{data} 不为空，也不是完整的 PostgreSQL 数据目录，未作任何改动。请移走它或改用其他目录。",
            f"{data} is neither empty nor a whole PostgreSQL cluster and was left as it is: move it away or "
            "choose another directory.",
        )
    version = (data / "PG_VERSION").read_text().strip()
    if version != str(programs.major):
        raise PostgresUnavailable(
            f"{data} 由 PostgreSQL {version} 建立，而程序是 {programs.major} 版。"
            "请用 LIUTONG_PG_BIN 指定原版本，或用 pg_dump / pg_upgrade 迁移数据。",
            f"{data} was made by PostgreSQL {version} and the programs are version {programs.major}: name the old "
            "ones in LIUTONG_PG_BIN, or move the data with pg_dump or pg_upgrade.",
        )
    return True


def create(data: Path, programs: Binaries, account: Account, *, direct: bool, sync: bool, deadline: float) -> None:
    """initdb under another name, then one rename: half a cluster never has the real name."""
    prefix = f".{data.name}.init-"
    for left in data.parent.glob(f"{glob.escape(prefix)}*"):
        shutil.rmtree(left, ignore_errors=True)
    # A fresh name each time: an initdb that outlived its killed parent must not write into ours.
    partial = Path(tempfile.mkdtemp(prefix=prefix, dir=data.parent))
    try:
        account.owns(partial)
        options = [word for item in DEFAULTS.items() for word in ("--set", "=".join(item))]
        status, output = run(
            account,
            *(str(programs.folder / "initdb"), "-D", str(partial) if direct else HERE, "-U", "postgres"),
            # Under plain C, pg_trgm would drop every Chinese character.
            *("-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
            *("--auth-local=trust", "--auth-host=reject", "--no-instructions", *options),
            *(() if sync else ("--no-sync",)),
            cwd=partial,
            seconds=max(1.0, deadline - time.monotonic()),
        )
        if status != 0:
            raise PostgresUnavailable(
                f"initdb 失败，未留下任何数据：{output[-2000:]}", f"initdb failed and left nothing: {output[-2000:]}"
            )
        _put(partial, data)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _put(partial: Path, data: Path) -> None:
    """Gives the finished cluster its name, on the disk too."""
    try:
        partial.rename(data)
    except OSError as error:
        raise PostgresUnavailable(
            f"无法建立 {data}（{error}）。如果它是挂载点，请使用其下的一个子目录。",
            f"{data} cannot be made ({error}): if it is a mount point, use a folder inside it.",
        ) from error
    folder = os.open(data.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def socket_dir(data: Path, account: Account) -> Path:
    """The data directory itself, which is private by PostgreSQL's own rule, or a private folder with a short name."""
    if _fits(data):
        return data
    parent = data.parent.stat()
    identity = f"{data}\0{parent.st_dev}\0{parent.st_ino}"
    key = sha256(identity.encode(errors="surrogateescape")).hexdigest()[:20]
    # The second one is for a TMPDIR that is itself too long or closed to the account.
    for place in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - own_folder refuses what others made there
        folder = Path(place) / f"liutong-pg-{key}"
        if _fits(folder) and reaches(account, folder.parent):
            return own_folder(folder, account, mode=0o700)
    raise PostgresUnavailable(
        f"{data} 的路径过长，也没有可用的临时目录放置套接字。请改用较短的数据目录或设置 TMPDIR。",
        f"{data} is too long for a socket and no temporary folder serves: use a shorter path or set TMPDIR.",
    )


def _fits(folder: Path) -> bool:
    path = str(folder / SOCKET_NAME)
    return PLAIN_PATH.fullmatch(path) is not None and len(os.fsencode(path)) <= SOCKET_PATH_BYTES_MAX
