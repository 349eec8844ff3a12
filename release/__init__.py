"""What goes with a release beside the packages: the notices of those whose work it builds on."""
