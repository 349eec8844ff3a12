"""Market: listings, orders, money, delivery, settlement."""

import importlib
import pkgutil
from types import ModuleType

from alembic import op

from migrations import parts

revision = "0005_market"
down_revision = "0004_contracts"
branch_labels = None
depends_on = None

ORDER = ("market_listings", "market_orders", "market_payments", "market_delivery")


def _parts() -> list[ModuleType]:
    present = {module.name for module in pkgutil.iter_modules(parts.__path__)}
    return [importlib.import_module(f"migrations.parts.{name}") for name in ORDER if name in present]


def upgrade() -> None:
    for part in _parts():
        part.upgrade(op)


def downgrade() -> None:
    for part in reversed(_parts()):
        part.downgrade(op)
