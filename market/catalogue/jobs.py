"""The background work of the catalogue."""

from market.catalogue.facets import jobs as facets
from market.catalogue.searches import jobs as searches

JOBS = (facets, searches)
