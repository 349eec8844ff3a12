"""Pages as a browser asks for them."""

from tests.centre.pages.conftest import pages

__all__ = ["pages"]
