"""The provider's service, and the end of what calls have opened."""

import pytest

from tests.channels.gateway import story


@pytest.fixture
async def service(runtime):
    """A real service on this machine."""
    async with story.service() as made:
        yield made
        await story.close(runtime)
