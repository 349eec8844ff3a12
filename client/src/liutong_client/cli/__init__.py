"""The command line for the market: `liutong --help`; of this package only what a command needs is loaded."""

import sys
from importlib.metadata import entry_points
from typing import Final

CENTRE: Final = "liutong.command_line"
"""Where the centre's own distribution says how its command line is called, which carries these commands too."""

CLICK_MISSING: Final = (
    "缺少命令行所需的软件包 · the packages of the command line are missing: pip install 'liutong-client[cli]'"
)


def main() -> None:
    """The program `liutong`, whichever of the two distributions put it there last."""
    try:
        for entry in entry_points(group=CENTRE):
            entry.load()()
            return
        from liutong_client.cli.group import liutong
    except ModuleNotFoundError as problem:
        if problem.name not in ("click", "rich", "yaml"):
            raise
        sys.exit(CLICK_MISSING)
    liutong(prog_name="liutong")
