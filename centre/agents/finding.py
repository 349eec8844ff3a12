"""What `liutong doctor` says of the tools of agents."""

from centre.agents.door import PATH, is_installed
from centre.safety import Finding


def finding() -> Finding:
    """Without the extra there is no path for agents, and nothing else is missing."""
    missing = f"no tools for agents: {PATH} needs pip install 'liutong[mcp]'"
    return Finding("mcp", fatal=False, message=f"agents find their tools at {PATH}" if is_installed() else missing)
