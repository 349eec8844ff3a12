"""`python -m centre` is `liutong`."""

from centre.cli import main

main()
