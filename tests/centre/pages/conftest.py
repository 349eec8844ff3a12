"""A browser's view of the application: pages by https, with the cookies that it was given."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.conftest import application


@pytest.fixture
async def pages(runtime) -> AsyncIterator[httpx.AsyncClient]:
    """A client that keeps cookies as a browser does, and sends none of our API's headers."""
    with application(runtime) as app:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://liutong.test") as http:
            yield http


@pytest.fixture
def hidden():
    """What a form carries beside what people enter."""

    def read(html: str) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))

    return read
