"""`python -m market` is `liutong`."""

from market.cli import main

main()
