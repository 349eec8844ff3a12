"""The background work of the channels."""

from types import ModuleType
from typing import Final

from channels.computing import jobs as computing
from channels.gateway import jobs as gateway
from channels.programs import jobs as programs
from channels.publishing import jobs as publishing
from channels.pushes import jobs as pushes

JOBS: Final[tuple[ModuleType, ...]] = (publishing, computing, programs, pushes, gateway)
