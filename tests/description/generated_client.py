"""What a buyer's programmer writes against a generated client: run by the generator's own Python, with no Liutong."""

import json
import sys
from io import BytesIO

from liutong_client.api.files import upload_file
from liutong_client.api.listings import search_listings
from liutong_client.api.orders import place_order
from liutong_client.types import File

from liutong_client import AuthenticatedClient
from liutong_client.models import PlaceOrder, Purpose


def main(url: str, provider_key: str, buyer_key: str, purpose: str) -> None:
    """Upload a file, find a listing, order it, and be refused another."""
    provider = AuthenticatedClient(base_url=url, token=provider_key)
    buyer = AuthenticatedClient(base_url=url, token=buyer_key)
    file = upload_file.sync(
        client=provider, body=File(payload=BytesIO(b"a,b\n1,2\n")), name="a.csv", purpose=Purpose.DATA
    )
    listing = search_listings.sync(client=buyer).items[0]
    wanted = PlaceOrder.from_dict({"listing_id": listing.id, "purpose": purpose})
    order = place_order.sync(client=buyer, body=wanted, idempotency_key="generated-client-1")
    unknown = PlaceOrder.from_dict({"listing_id": "lst_" + "0" * 26, "purpose": purpose})
    refused = place_order.sync(client=buyer, body=unknown, idempotency_key="generated-client-2")
    told = {"file": file.sha256, "order": order.id, "status": order.status.value, "code": refused.code}
    sys.stdout.write(json.dumps(told))


main(*sys.argv[1:])
