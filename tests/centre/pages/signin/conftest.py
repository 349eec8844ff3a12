"""A centre at a host name with https, where there are passkeys, and people at their browsers before it."""

from dataclasses import replace

import pytest

from tests.centre.pages.people import EMAIL, browser, organisation
from tests.conftest import application


@pytest.fixture
def settings(settings):
    return replace(settings, public_url="https://liutong.test")


@pytest.fixture
async def app(runtime):
    with application(runtime) as made:
        yield made


@pytest.fixture
async def made(client, as_):
    """An admitted organisation with one member, and what its application was answered with."""
    return await organisation(client, await as_("operator"), EMAIL)


@pytest.fixture
async def li(app, made):
    """The member at its browser, signed in."""
    async with browser(app) as opened:
        assert (await opened.sign_in(EMAIL)).status_code == 303
        yield opened


@pytest.fixture
async def mallory(app):
    """Somebody else, at a browser of their own."""
    async with browser(app) as opened:
        yield opened
