"""`launch.py GROUP… -- FILE_BYTES SECONDS PROGRAM …`: join the groups, take the limits, become the program.

Before anything of a buyer's is there: whoever starts later is in the groups from the first.
"""

import os
import resource
import sys


def main(words: list[str]) -> None:
    """Join, bind, and become; what fails here ends the job before it began."""
    at = words.index("--")
    for folder in words[:at]:
        with open(os.path.join(folder, "cgroup.procs"), "w", encoding="ascii") as members:  # noqa: PTH118, PTH123
            members.write(str(os.getpid()))
    file_bytes, seconds = int(words[at + 1]), int(words[at + 2])
    for kind, most in (
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 1024),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    os.umask(0o077)
    os.setpriority(os.PRIO_PROCESS, 0, 10)
    os.execv(words[at + 3], words[at + 3 :])  # noqa: S606 - it takes words, and no shell


if __name__ == "__main__":
    main(sys.argv[1:])
