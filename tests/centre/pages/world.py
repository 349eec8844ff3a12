"""A centre with something on every page, whose every text that a user can write tries to break out of it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from kernel import ids
from kernel.runtime import Runtime
from kernel.time.clock import FixedClock
from tests.conftest import As, Drain
from tests.market.listings.story import Shelf
from tests.rights import story as rights

HOSTILE = "\"'><script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">{{ 7 * 7 }}"
SHORT = "<script>document.title='broken'</script>"

_RATING = (
    "INSERT INTO rating (id, order_id, listing_id, provider, buyer, stars, as_described, text, answer, created_at,"
    " answered_at) VALUES ($1, $2, $3, $4, 'pty', 4, true, $5, $5, $6, $6)"
)


@dataclass(frozen=True)
class World:
    """What there is to look at."""

    listing: dict[str, Any]
    certificate: str
    notice: str
    offer: str

    @property
    def pages(self) -> list[str]:
        """The path of every page of the portal, without its language."""
        provider = self.listing["provider"]["id"]
        return [
            "",
            "/listings",
            "/listings?q=orders&theme=x&grade=good&price_max=1&sort=price",
            f"/listings/{self.listing['id']}",
            f"/listings/{self.listing['id']}/fields",
            f"/offers/{self.offer}",
            f"/listings/comparison?id={self.listing['id']}",
            "/listings/comparison",
            f"/providers/{provider}",
            "/verify",
            f"/verify?certificate={self.certificate}",
            "/verify?certificate=SJ1512026119999",
            "/notices",
            f"/notices/{self.notice}/objection",
            "/rules",
            "/rules?part=CON",
            "/rules/LT-LST-02",
            "/log",
            "/statistics",
            "/statistics?months=60",
            "/open-data",
            "/changelog",
            "/guides",
            *(f"/guides/{role}" for role in ("provider", "buyer", "valuer", "auditor", "officer", "regulator")),
            "/status",
            "/accessibility",
            "/apply",
            "/apply/received",
            "/nothing/here",
        ]


async def world(as_: As, runtime: Runtime, clock: FixedClock, drain: Drain) -> World:
    """Put a product on the shelf, a registration in notice, an offer, ratings and outages; all texts are hostile."""
    shelf = await Shelf.begin(as_, clock, drain)
    case = await shelf.certify()
    await shelf.score()
    listing = await shelf.listed(
        title_en=SHORT + " orders",
        title_zh=SHORT + "订单",
        summary_zh=HOSTILE,
        summary_en=HOSTILE,
        keywords=["<b>sales</b>", "零售"],
        theme="<i>商贸</i>",
    )
    terms = (await shelf.provider.get(f"/v1/listings/{listing['id']}/terms")).json()["terms"]
    expires = (clock.now() + timedelta(days=20)).isoformat()
    offer = {"title_zh": SHORT + "要约", "title_en": SHORT + "offer", "terms": terms, "expires_at": expires}
    made = await shelf.provider.post(f"/v1/listings/{listing['id']}/offers", offer)
    assert made.status_code == 201, made.text
    await _rate(runtime, clock, listing)
    other, registrar, operator = await as_("provider", "another"), await as_("registrar"), await as_("operator")
    of = await rights.asset(other, name="<script>document.title=1</script>数据")
    applied = await other.post("/v1/registrations", await rights.application(other, of, restrictions=HOSTILE))
    notice = await rights.noticed(registrar, applied.json())
    for begins in (-3, -1, 5):
        at = clock.now() + timedelta(hours=begins)
        outage = {"starts_at": at.isoformat(), "ends_at": (at + timedelta(hours=2)).isoformat(), "reason": HOSTILE}
        await operator.post("/v1/service-outages", outage)
    await drain()
    return World(listing, case["certificate_number"], notice["id"], made.json()["id"])


async def _rate(runtime: Runtime, clock: FixedClock, listing: dict[str, Any]) -> None:
    """A rating as a settled order gives it, and names that no rule of today would let in."""
    async with runtime.pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL session_replication_role = replica")
        given = (ids.new("rtg"), ids.new("ord"), listing["id"], listing["provider"]["id"], HOSTILE, clock.now())
        await connection.execute(_RATING, *given)
        await connection.execute("UPDATE party SET name = $1 WHERE NOT centre", HOSTILE)
        await connection.execute("UPDATE certificate SET holder_name = $1, restrictions = $1", HOSTILE)
