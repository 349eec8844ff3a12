"""The background work of the channels."""

from types import ModuleType
from typing import Final

from channels.computing import jobs as computing
from channels.formats import jobs as formats
from channels.gateway import jobs as gateway
from channels.joint import jobs as joint
from channels.programs import jobs as programs
from channels.publishing import jobs as publishing
from channels.pushes import jobs as pushes
from channels.traces import jobs as traces

JOBS: Final[tuple[ModuleType, ...]] = (publishing, computing, joint, programs, pushes, gateway, traces, formats)
