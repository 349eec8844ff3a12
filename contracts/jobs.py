"""The background work of the contracts."""

from types import ModuleType
from typing import Final

from contracts.agreements import jobs as agreements
from contracts.amendments import jobs as amendments
from contracts.obligations import jobs as obligations
from contracts.services import jobs as services
from contracts.successions import jobs as successions

JOBS: Final[tuple[ModuleType, ...]] = (agreements, obligations, services, successions, amendments)
