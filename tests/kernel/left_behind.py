"""A process to be killed: it has one process idle, one at work in Python and one in native code that keeps the lock."""

import asyncio
import os
import re
import sys
import time

from kernel.jobs.processes import Pool, called
from tests.patience import PATIENCE_SECONDS


def ready() -> int:
    return 1


def busy() -> None:
    while True:
        time.sleep(0.01)


def stubborn() -> None:
    re.match(r"(a+)+$", "a" * 64 + "b")


async def main() -> None:
    idle = [asyncio.create_task(called(ready, seconds=PATIENCE_SECONDS)) for _ in range(3)]
    await asyncio.gather(*idle)
    working = [asyncio.create_task(called(function, seconds=PATIENCE_SECONDS)) for function in (busy, stubborn)]
    await asyncio.sleep(1)
    with Pool(1) as pool:
        pool.submit(ready).result()
    os.write(1, b"at work\n")
    await asyncio.gather(*working)


if __name__ == "__main__":
    asyncio.run(main())
    sys.exit(1)
