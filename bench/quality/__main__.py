"""`python -m bench.quality [--rows N] [--rounds N] [--without-peers] [--peer NAME] [--data coal|flights]`."""

import argparse

from bench import report
from bench.quality.environments import PEERS
from bench.quality.run import run

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m bench.quality", description="Scoring beside limit and peers.")
    arguments.add_argument("--rows", type=int, default=2_000_000, help="of the coal data [2000000]")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--without-peers", action="store_true", help="only beside the passes written by hand")
    arguments.add_argument("--peer", choices=PEERS, action="append", help="only beside this peer  [all]")
    arguments.add_argument("--data", choices=["coal", "flights"], action="append", help="only this data  [both]")
    given = arguments.parse_args()
    report.machine()
    peers = () if given.without_peers else given.peer or tuple(PEERS)
    run(given.rows, given.rounds, peers=peers, names=given.data or ("coal", "flights"))
