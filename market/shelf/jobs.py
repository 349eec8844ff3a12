"""What is done around the shelf without a request."""

from typing import Final

from market.catalogue import jobs as catalogue
from market.following import jobs as following
from market.manifests import jobs as manifests

JOBS: Final = (*catalogue.JOBS, following, manifests)
