"""Programs that try to reach what they must not. Each prints the names of what it reached, as JSON."""

import json

HEAD = r'''
import ctypes, json, mmap, os, resource, signal, socket, struct, subprocess, sys, threading, time
X86 = os.uname().machine == "x86_64"
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def call(x86, aarch64, *arguments):
    """Whether a system call succeeds."""
    return libc.syscall(ctypes.c_long(x86 if X86 else aarch64), *arguments) >= 0
def text(path):
    with open(path, "rb") as file:
        return bool(file.read(64))
def writes(path):
    with open(path, "wb") as file:
        file.write(b"x")
    return True
def connects(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as one:
        one.settimeout(1)
        one.connect(address)
    return True
reached = []
for name, act in ATTACKS.items():
    try:
        if eval(act):
            reached.append(name)
    except Exception:
        pass
print(json.dumps(reached), flush=True)
'''

FILES = {
    "passwd": 'text("/etc/passwd")',
    "shadow": 'text("/etc/shadow")',
    "the secret": "text(SECRET)",
    "a neighbour's table": "text(os.path.dirname(SECRET) + '/neighbour.csv')",
    "the worker's folder": "os.listdir(os.path.dirname(SECRET))",
    "home": 'os.listdir("/root") or os.listdir("/home")',
    "proc of itself": 'text("/proc/self/status")',
    "proc of the first": 'text("/proc/1/cmdline")',
    "another's environment": 'any(text(f"/proc/{p}/environ") for p in range(400) if os.path.exists(f"/proc/{p}"))',
    "proc's root": 'os.listdir("/proc/self/root/etc")',
    "proc's descriptors": 'os.listdir("/proc/self/fd")',
    "mounts": 'text("/proc/self/mountinfo")',
    "memory of the machine": 'text("/proc/meminfo")',
    "sys": 'os.listdir("/sys")',
    "control groups": 'os.listdir("/sys/fs/cgroup")',
    "devices": 'set(os.listdir("/dev")) - {"null", "urandom"}',
    "shared memory": 'os.listdir("/dev/shm")',
    "upwards": 'text("/data/../../../../etc/passwd") or text("../../etc/hostname")',
    "a shell": 'os.path.exists("/bin/sh") or os.path.exists("/usr/bin/env")',
    "setuid tools": 'any(os.path.exists(p) for p in ("/usr/bin/su", "/usr/bin/mount", "/bin/su"))',
    "the centre's packages": "any(os.path.exists('/libraries/' + each) for each in ('stripe', 'litestar'))",
    "packages beside python": 'any("site-packages" in each and os.listdir(each) for each, _, _ in os.walk("/python"))',
    "environment": 'set(os.environ) - {"PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_CTYPE", "HOME", "TMPDIR", "PWD",'
    ' "POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}',
    "inherited descriptors": "[fd for fd in range(3, 200) if os.fstat(fd)]",
    "open by handle": "call(304, 265, -100, ctypes.create_string_buffer(128), 0)",
}
WRITES = {
    "its table": 'writes("/data/table.csv")',
    "beside its table": 'writes("/data/more.csv")',
    "its text": 'writes("/program/main.py")',
    "a library": 'writes("/libraries/duckdb/__init__.py")',
    "the interpreter": "writes(sys.executable)",
    "the system's libraries": 'writes("/usr/lib/x.so")',
    "the root": 'writes("/x") or os.mkdir("/y") is None',
    "another result": 'writes("/results/more.csv")',
    "a symlink for a result": 'os.unlink("/results/result.csv") is None',
    "a result renamed": 'os.rename("/results/result.csv", "/tmp/x") is None',
    "something renamed over a result": 'writes("/tmp/y") and os.rename("/tmp/y", "/results/result.csv") is None',
    "a symlink beside": 'os.symlink("/etc/passwd", "/results/link") is None',
    "a symlink in tmp": 'os.symlink("/etc/passwd", "/tmp/link") is None',
    "a hardlink": 'os.link("/results/result.csv", "/results/other") is None',
    "a hardlink of its table": 'os.link("/data/table.csv", "/tmp/table") is None',
    "a fifo": 'os.mkfifo("/tmp/fifo") is None',
    "a device": 'os.mknod("/tmp/device", 0o20666, os.makedev(1, 1)) is None',
    "setuid on a result": 'os.chmod("/results/result.csv", 0o4755) is None',
    "owner of a result": 'os.chown("/results/result.csv", 0, 0) is None',
    "attributes of a result": 'os.setxattr("/results/result.csv", "user.x", b"x") is None',
    "times of a result": 'os.utime("/results/result.csv", (0, 0)) is None',
    "a sparse terabyte": 'os.truncate("/results/result.csv", 1 << 40) is None',
    "reserved space": 'os.posix_fallocate(os.open("/results/result.csv", os.O_RDWR), 0, 1 << 32) is None',
    "more than a file may have": 'writes("/tmp/z") and os.pwrite(os.open("/tmp/z", os.O_RDWR), b"x", 1 << 31) > 0',
}
NETWORK = {
    "tcp": 'connects(socket.AF_INET, ("127.0.0.1", PORT))',
    "udp": 'connects(socket.AF_INET, ("127.0.0.1", PORT), socket.SOCK_DGRAM)',
    "ipv6": "socket.socket(socket.AF_INET6)",
    "dns": 'socket.getaddrinfo("localhost", PORT)  and socket.socket()',
    "metadata service": 'connects(socket.AF_INET, ("169.254.169.254", 80))',
    "unix path": "socket.socket(socket.AF_UNIX)",
    "unix pair": "socket.socketpair()",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)",
    "raw": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "packet": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "vsock": "socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)",
    "listening": 'socket.socket().bind(("0.0.0.0", 0)) is None',
}
KERNEL = {
    "fork": "os.fork() >= 0",
    "vfork by spawn": 'os.posix_spawn(sys.executable, [sys.executable, "-c", "0"], {}) > 0',
    "subprocess": 'subprocess.run([sys.executable, "-c", "0"]).returncode == 0',
    "clone with a namespace": "call(56, 220, 0x10000000 | 17, 0, 0, 0, 0)",
    "clone3": "libc.syscall(435, ctypes.create_string_buffer(88), 88) >= 0",
    "unshare": "call(272, 97, 0x10000000)",
    "setns": "call(308, 268, 0, 0)",
    "mount": 'call(165, 40, b"x", b"/tmp", b"tmpfs", 0, 0)',
    "new mount": 'libc.syscall(430, b"tmpfs", 0) >= 0',
    "pivot": 'call(155, 41, b"/tmp", b"/tmp")',
    "chroot": 'os.chroot("/tmp") is None',
    "ptrace": "call(101, 117, 0, 0, 0, 0)",
    "another's memory": "call(310, 270, 1, 0, 0, 0, 0, 0)",
    "pidfd": "libc.syscall(434, 1, 0) >= 0",
    "kill": "os.kill(1, 0) is None",
    "kill all": "os.kill(-1, signal.SIGKILL) is None",
    "bpf": "call(321, 280, 0, ctypes.create_string_buffer(128), 128)",
    "perf": "call(298, 241, ctypes.create_string_buffer(128), 0, -1, -1, 0)",
    "io_uring": "libc.syscall(425, 4, ctypes.create_string_buffer(256)) >= 0",
    "userfaultfd": "call(323, 282, 1)",
    "keys": "call(250, 219, 0, -3, 1)",
    "add_key": 'call(248, 217, b"user", b"x", b"x", 1, -3)',
    "memfd": 'os.memfd_create("x") >= 0',
    "memfd secret": "libc.syscall(447, 0) >= 0",
    "shared memory": "call(29, 194, 0x1234, 4096, 0o1666)",
    "semaphores": "call(64, 190, 0x1234, 1, 0o1666)",
    "messages": "call(68, 186, 0x1234, 0o1666)",
    "message queue": 'call(240, 180, b"x", 0o102, 0o666, 0)',
    "inotify": "call(294, 26, 0)",
    "fanotify": "call(300, 262, 0, 0)",
    "the clock": "call(227, 112, 0, struct.pack('qq', 0, 0))",
    "the host's name": 'socket.sethostname("x") is None',
    "the kernel's log": "call(103, 116, 3, ctypes.create_string_buffer(64), 64)",
    "modules": 'call(175, 105, b"", 0, b"")',
    "kexec": "call(246, 104, 0, 0, 0, 0)",
    "reboot": "call(169, 142, 0xFEE1DEAD, 672274793, 0, 0)",
    "swap": 'call(167, 224, b"/tmp/x", 0)',
    "another user": "os.setuid(0) is None",
    "another group": "os.setgroups([0]) is None",
    "capabilities": "call(126, 91, ctypes.create_string_buffer(8), ctypes.create_string_buffer(24))",
    "being dumped": "libc.prctl(4, 1, 0, 0, 0) == 0",
    "seeing privileges": "libc.prctl(39, 0, 0, 0, 0) >= 0 or libc.prctl(23, 21, 0, 0, 0) >= 0",
    "its own filter": "call(317, 277, 1, 0, 0)",
    "personality": "call(135, 92, 0x0040000)",
    "typing into a terminal": "call(16, 29, 0, 0x5412, b'x')",
    "exec of a descriptor": 'call(322, 281, 0, b"", 0, 0, 0x1000)',
    "room above its own": "resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 40, 1 << 40)) is None",
    "a better place": "call(141, 140, 0, 0, -20) or os.nice(-20) < 0",
    "in real time": "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)) is None",
    "ports": "call(173, 0, 0, 1024, 1) if X86 else False",
}
BY_CLASS = {"files": FILES, "writes": WRITES, "network": NETWORK, "kernel": KERNEL}


def program(attacks, *, secret="/nowhere/secret", port=9):
    """A program that tries every attack of a collection."""
    head = f"ATTACKS = {json.loads(json.dumps(attacks))!r}\nSECRET = {secret!r}\nPORT = {port}\n"
    return head + HEAD


BOMBS = {
    "fork bomb": (
        """
import os
while True:
    os.fork()
""",
        ("failed",),
    ),
    "thread bomb": (
        """
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
""",
        ("failed",),
    ),
    "memory in pieces": (
        """
kept = []
while True:
    kept.append(bytearray(1 << 22))
""",
        ("out_of_memory",),
    ),
    "memory at once": (
        """
x = bytearray(1 << 30)
""",
        ("out_of_memory",),
    ),
    "memory by threads": (
        """
import threading
def take():
    kept = []
    while True:
        kept.append(bytearray(1 << 20))
for _ in range(6):
    threading.Thread(target=take).start()
""",
        ("out_of_memory",),
    ),
    "memory mapped and shared": (
        """
import mmap
m = mmap.mmap(-1, 1 << 30)
for at in range(0, 1 << 30, 4096):
    m[at] = 1
""",
        ("out_of_memory",),
    ),
    "a list without end": (
        """
x = [0]
while True:
    x += x
""",
        ("out_of_memory",),
    ),
    "fifty thousand files": (
        """
for at in range(50000):
    open(f'/tmp/{at}', 'wb', 0).write(b'x' * 400)
""",
        ("failed",),
    ),
    "many large files in tmp": (
        """
for at in range(100):
    open(f'/tmp/{at}', 'wb').write(bytes(1 << 20))
""",
        ("failed",),
    ),
    "folders without end": (
        """
import os
while True:
    os.mkdir('x')
    os.chdir('x')
""",
        ("failed", "out_of_memory", "out_of_time"),
    ),
    "processor": (
        """
while True:
    pass
""",
        ("out_of_time",),
    ),
    "processor in C": (
        """
x = 7 ** (7 ** 9)
""",
        ("out_of_time",),
    ),
    "sleep": (
        """
import time
time.sleep(3600)
""",
        ("out_of_time",),
    ),
    "signals ignored": (
        """
import signal
for s in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(s, signal.SIG_IGN)
while True:
    pass
""",
        ("out_of_time",),
    ),
    "outputs closed": (
        """
import os, time
os.close(1)
os.close(2)
time.sleep(3600)
""",
        ("out_of_time",),
    ),
    "flood of output": (
        """
import os
while True:
    os.write(1, bytes(1 << 16))
""",
        ("said_too_much",),
    ),
    "flood of errors": (
        """
import os
while True:
    os.write(2, bytes(1 << 16))
""",
        ("said_too_much",),
    ),
    "output byte by byte": (
        """
import os
while True:
    os.write(1, b'x')
""",
        ("said_too_much", "out_of_time"),
    ),
    "survivor": (
        """
import os, time
try:
    if os.fork() == 0:
        os.setsid()
        time.sleep(3600)
except OSError:
    os._exit(3)
""",
        ("failed",),
    ),
    "a crash": (
        """
import ctypes
ctypes.string_at(0)
""",
        ("failed",),
    ),
    "a stack without end": (
        """
import sys
sys.setrecursionlimit(10**9)
def f():
    f()
f()
""",
        ("failed", "out_of_memory"),
    ),
    "a stop": (
        """
import os, signal, time
os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(60)
""",
        ("failed",),
    ),
}
"""Programs that use more than they may, and how each may end."""
