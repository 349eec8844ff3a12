"""The command line: `liutong --help`; heavy imports wait until a command needs them."""

from centre.cli.main import main

__all__ = ["main"]
