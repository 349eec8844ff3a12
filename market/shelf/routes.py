"""The routes around the shelf."""

from typing import Any, Final

from market.catalogue import routes as catalogue
from market.listings import routes as listings
from market.manifests import routes as manifests
from market.offers import routes as offers

ROUTES: Final[list[Any]] = [*listings.ROUTES, *manifests.ROUTES, *catalogue.ROUTES, *offers.ROUTES]
