"""Programs that try to break out: what a machine must hold before any program of a buyer's runs on it.

Each prints what it reached, as JSON; a machine that confines leaves the lists empty. `SECRET` stands for a file of the
worker's own that everybody on the machine may read.
"""

from typing import Final

REACH: Final = r"""
import ctypes, json, os, socket, sys
reached = []
def tries(name, act):
    try:
        if act() is not False:
            reached.append(name)
    except (OSError, ValueError):
        pass
libc = ctypes.CDLL(None, use_errno=True)
def calls(number, *arguments):
    return libc.syscall(number, *arguments) >= 0
def writes(path):
    with open(path, "w") as file:
        file.write("x")
def _opened(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True
X86 = os.uname().machine == "x86_64"
PLACES = ("/etc/passwd", "/proc/self/status", "/proc/1/environ", "/sys/kernel", "/root", "/home", "/dev/shm")
for path in (SECRET, *PLACES):
    tries("reads " + path, lambda: os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1))
for path in ("/data/table.csv", "/program/main.py", "/libraries/x", "/usr/lib/x", "/results/more", "/x"):
    tries("writes " + path, lambda: writes(path))
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    tries("socket " + family.name, lambda: socket.socket(family, socket.SOCK_DGRAM))
tries("fork", lambda: os.fork() or os._exit(0))
tries("spawn", lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}))
tries("kill", lambda: os.kill(1, 0))
tries("symlink", lambda: os.symlink("/etc", "/results/link"))
tries("hardlink", lambda: os.link("/results/result.csv", "/tmp/link"))
tries("fifo", lambda: os.mkfifo("/tmp/fifo"))
tries("chmod", lambda: os.chmod("/results/result.csv", 0o4777))
tries("unlink", lambda: os.unlink("/results/result.csv"))
tries("rename", lambda: os.rename("/results/result.csv", "/tmp/result.csv"))
tries("unshare", lambda: calls(272 if X86 else 97, 0x10000000))
tries("mount", lambda: calls(165 if X86 else 40, b"none", b"/tmp", b"tmpfs", 0, 0))
tries("ptrace", lambda: calls(101 if X86 else 117, 0, 0, 0, 0))
tries("bpf", lambda: calls(321 if X86 else 280, 0, 0, 0))
tries("io_uring", lambda: calls(425, 1, ctypes.create_string_buffer(256)))
tries("memfd", lambda: os.memfd_create("x"))
tries("descriptors", lambda: any(_opened(fd) for fd in range(3, 64)))
reached += ["environment " + name for name in os.environ if name not in EXPECTED]
print(json.dumps(reached))
"""
MEMORY: Final = "kept = []\nwhile True:\n    kept.append(bytearray(4194304))\n"
SCRATCH: Final = """
import json
try:
    with open("/tmp/much", "wb") as file:
        while file.tell() < 1 << 30:
            file.write(bytes(1 << 20))
    print(json.dumps(["fills /tmp"]))
except OSError:
    print("[]")
"""
THREADS: Final = """
import json, threading, time
held = []
try:
    while len(held) < 4000:
        thread = threading.Thread(target=time.sleep, args=(1,), daemon=True)
        thread.start()
        held.append(thread)
    print(json.dumps(["threads without end"]), flush=True)
except RuntimeError:
    print("[]", flush=True)
import os
os._exit(0)
"""
ENDLESS: Final = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True:\n    pass\n"
FLOOD: Final = "import os\nwhile True:\n    os.write(1, bytes(65536))\n"
SIZE: Final = """
import json
reached = []
try:
    with open("/results/result.csv", "wb") as file:
        while file.tell() < 1 << 30:
            file.write(bytes(1 << 16))
    reached.append("fills the disk")
except OSError:
    pass
print(json.dumps(reached))
"""
HONEST: Final = """
import csv, json, threading
import duckdb, numpy, polars, pyarrow.parquet
table = polars.read_csv("/data/table.csv")
totals = table.group_by("g").agg(polars.col("v").sum()).sort("g")
totals.write_parquet("/tmp/totals.parquet")
rows = duckdb.sql("select g, v from '/tmp/totals.parquet' order by g").fetchall()
assert pyarrow.parquet.read_table("/tmp/totals.parquet").num_rows == len(rows)
thread = threading.Thread(target=lambda: numpy.ones((50, 50)) @ numpy.ones((50, 50)))
thread.start()
thread.join()
with open("/results/result.csv", "w", newline="") as file:
    csv.writer(file).writerows([["g", "v"], *rows])
print("[]")
"""


def written(canary: str, secret: str) -> str:
    """A canary's text with what it looks for."""
    expected = (
        "PYTHONPATH",
        "LD_LIBRARY_PATH",
        "LANG",
        "LC_CTYPE",
        "HOME",
        "TMPDIR",
        "PWD",
        "POLARS_MAX_THREADS",
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
    )
    return f"SECRET = {secret!r}\nEXPECTED = {expected!r}\n{canary}"
