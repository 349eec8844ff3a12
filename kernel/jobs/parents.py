"""No process outlives whoever started it, however that one ended: not even one killed in the middle of its work.

`python -m kernel.jobs.parents MODULE …` runs a module until its standard input is closed, which a death does too: for
programs that are started by threads that come and go.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait
from typing import Final

LOOK_SECONDS: Final = 1.0
_PR_SET_PDEATHSIG: Final = 1


def end_with_parent(parent: int) -> None:
    """Bind this process to its parent's life; `parent` is who started it, who may have ended already.

    Linux ends this process itself, whatever it is doing. Elsewhere, and beside it, a thread looks whether the parent
    is still there; native code that keeps the interpreter to itself delays that thread.
    """
    if sys.platform == "linux":
        # The signal is sent when the starting THREAD ends: processes.py starts all of them in one that stays.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)  # It ended before the signal was asked for.


def _watch(parent: int) -> None:
    known = parent_process()
    sentinels = [known.sentinel] if known is not None else []
    while os.getppid() == parent and not wait(sentinels, LOOK_SECONDS):
        pass
    os._exit(1)


def _on_a_leash() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Hold on to the line and become the module."""
    threading.Thread(target=_on_a_leash, name="leash", daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
