"""The assembled product: application, server, command line, demonstration, verification (流通中心)."""
