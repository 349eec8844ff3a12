"""`python -m kernel.jobs.leash MODULE …` runs a module until its standard input is closed, which a death does too.

For programs that are started by threads that come and go; see parents.py for processes of our own making.
"""

import os
import runpy
import signal
import sys
import threading


def _watch() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Hold on to the line and become the module."""
    threading.Thread(target=_watch, name="leash", daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
