"""`python -m liutong_client.cli` is `liutong`."""

from liutong_client.cli import main

main()
