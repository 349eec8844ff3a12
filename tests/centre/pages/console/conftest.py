"""The same centre and the same people as where members sign in."""

from tests.centre.pages.signin.conftest import app, li, made, mallory, settings

__all__ = ["app", "li", "made", "mallory", "settings"]
