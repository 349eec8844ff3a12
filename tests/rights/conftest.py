"""Fixtures of the tests of rights."""

import pytest

from kernel.runtime import Runtime
from tests.rights.refusals import Refusals


@pytest.fixture
def refused(runtime: Runtime) -> Refusals:
    """Sends what must be refused."""
    return Refusals(runtime)
