"""Tools for software agents by the Model Context Protocol (MCP), an extra: each is an operation of the API."""
