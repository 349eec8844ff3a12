"""What the machine lends PostgreSQL: an account to run as, child processes, locks and private folders.

PostgreSQL refuses to run as root, so a root process lends it an unprivileged account.
"""

import fcntl
import os
import pwd
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FALLBACK_ACCOUNTS = ("postgres", "nobody")
# A fixed environment: no PGDATA, PGHOST or locale of the caller may change what is started.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

AccountLookup = Callable[[str], pwd.struct_passwd]


class PostgresUnavailable(RuntimeError):
    """Embedded PostgreSQL cannot be had; the message names the cause and the cure in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom PostgreSQL runs as; `switch` holds when that is not the user of this process."""

    uid: int
    gid: int
    switch: bool

    def identity(self) -> dict[str, Any]:
        """The arguments that make Popen start a child as this account, without root's other groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def owns(self, path: Path) -> None:
        """Hand `path` over; a link is never followed, so nobody can aim this at another file."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def account_for(data: Path, *, lookup: AccountLookup, euid: int | None = None) -> Account:
    """An existing cluster keeps its owner, because PostgreSQL demands it; a new one gets an account here."""
    euid = os.geteuid() if euid is None else euid
    owner = data.stat() if data.exists() else None
    if euid != 0:
        if owner is not None and owner.st_uid != euid:
            raise PostgresUnavailable(
                f"数据目录 {data} 属于用户 {owner.st_uid}，当前用户是 {euid}。请以该用户或 root 运行。",
                f"{data} belongs to user {owner.st_uid} and this is user {euid}: run as that user or as root.",
            )
        return Account(euid, os.getegid(), switch=False)
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, switch=True)
    return _unprivileged(lookup)


def _unprivileged(lookup: AccountLookup) -> Account:
    """LIUTONG_PG_USER if set (then nothing else will do), or the first usual account that exists."""
    chosen = os.environ.get("LIUTONG_PG_USER")
    for name in (chosen,) if chosen else FALLBACK_ACCOUNTS:
        with suppress(KeyError):
            entry = lookup(name)
            if entry.pw_uid != 0:
                return Account(entry.pw_uid, entry.pw_gid, switch=True)
    tried = chosen or ", ".join(FALLBACK_ACCOUNTS)
    raise PostgresUnavailable(
        f"PostgreSQL 不能以 root 运行，而找不到可用的普通账户（已查：{tried}）。"
        "请以普通用户运行，或用 LIUTONG_PG_USER 指定一个普通账户，或用 LIUTONG_DATABASE_URL 指向已有数据库。",
        f"PostgreSQL refuses to run as root and no unprivileged account was found (looked for: {tried}): run as "
        "an ordinary user, or name an account in LIUTONG_PG_USER, or point LIUTONG_DATABASE_URL to a database.",
    )


def run(account: Account, *command: str, cwd: Path = Path("/"), seconds: float = 30.0) -> tuple[int, str]:
    """Exit status and output of a helper program; if we are interrupted, its children die with it."""
    child = subprocess.Popen(  # noqa: S603 - only PostgreSQL's own programs and /bin/sh are started here
        command,
        cwd=cwd,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        umask=0o077,
        **account.identity(),
    )
    with child:
        try:
            output, _ = child.communicate(timeout=seconds)
        except BaseException as error:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise PostgresUnavailable(
                    f"{command[0]} 在 {seconds:.0f} 秒内没有完成，已终止。机器繁忙时请放宽时限后重试。",
                    f"{command[0]} took more than {seconds:.0f} s and was ended: allow more time on a busy machine.",
                ) from error
            raise
    return child.returncode, output.strip()


def reaches(account: Account, folder: Path) -> bool:
    """Whether the account may walk to `folder`: root's own folders are often closed to everybody else."""
    if not account.switch:
        return True
    return run(account, "/bin/sh", "-c", 'cd "$1"', "sh", str(folder))[0] == 0


@contextmanager
def exclusive(path: Path, *, deadline: float) -> Iterator[None]:
    """One process (and thread) at a time; the lock ends with its holder, however that one ends."""
    # Neither truncated nor followed: a link planted under this name must not cost anybody a file.
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise PostgresUnavailable(
            f"无法打开锁文件 {path}（{error}）。请以建立它的用户或 root 运行。",
            f"{path} cannot be opened ({error}): run as the user who made it, or as root.",
        ) from error
    try:
        _lock(lock, path, deadline)
        try:
            yield
        finally:
            # Explicit, because a child forked meanwhile would keep a lock that is only closed.
            fcntl.flock(lock, fcntl.LOCK_UN)
    finally:
        os.close(lock)


def _lock(lock: int, path: Path, deadline: float) -> None:
    while True:
        with suppress(BlockingIOError):
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if time.monotonic() > deadline:
            raise PostgresUnavailable(
                f"另一个进程一直占用锁文件 {path}。请等它启动完成，或结束该进程。",
                f"Another process has kept {path} locked: let it finish starting, or end it.",
            )
        time.sleep(0.02)


def own_folder(folder: Path, account: Account, *, mode: int) -> Path:
    """A folder in a place others may write to; one that somebody else made first is refused, never used."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    made_here = status.st_uid == os.geteuid()
    private = not status.st_mode & (0o022 if made_here else 0o077)
    if not (stat.S_ISDIR(status.st_mode) and private and (made_here or status.st_uid == account.uid)):
        raise PostgresUnavailable(
            f"{folder} 不是本用户独有的目录（所有者 {status.st_uid}，权限 {stat.filemode(status.st_mode)}），"
            "可能由他人预先建立，拒绝使用。请删除它后重试。",
            f"{folder} is not a folder of our own (owner {status.st_uid}, {stat.filemode(status.st_mode)}); "
            "somebody may have planted it, so it is not used: remove it and try again.",
        )
    # What already belongs to the account is left alone: the account could swap it for a link meanwhile.
    if made_here:
        folder.chmod(mode)
        account.owns(folder)
    return folder


def has_ended(pid: int) -> bool:
    """Whether the process has ended; one that its parent has not yet reaped (a zombie) has ended too."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False
