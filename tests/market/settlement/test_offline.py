"""`liutong verify` looks into agreements and statements, not only at their seals."""

import json

import pytest

from centre.verification.verify import verified
from kernel.documents.routes import trust
from tests.market.trade import Trade


@pytest.mark.slow
async def test_agreement_and_statement_are_proved_offline_in_depth(runtime, as_, drain, tmp_path):
    trade = await Trade.begin(runtime, as_)
    order_id = await trade.delivered()
    await trade.buyer.post(f"/v1/orders/{order_id}/acceptance")
    await drain()
    agreement = (await trade.draft(order_id))["document_id"]
    statement = (await trade.buyer.get(f"/v1/orders/{order_id}/settlement")).json()["document_id"]
    (tmp_path / "trust.json").write_text(json.dumps(trust(runtime)))
    await drain()
    for document, deeper in ((agreement, 4), (statement, 2)):
        path = tmp_path / f"{document}.json"
        envelope = (await trade.buyer.get(f"/v1/documents/{document}")).json()
        path.write_text(json.dumps(envelope, ensure_ascii=False), encoding="utf-8")
        report = verified(path, tmp_path / "trust.json")
        assert report.holds, report.checks
        assert len(report.checks) > deeper  # Signature and log first, then the content.
        envelope["document"]["credentialSubject"]["agreement"] = {}
        path.write_text(json.dumps(envelope), encoding="utf-8")
        assert not verified(path, tmp_path / "trust.json").holds
