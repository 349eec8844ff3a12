"""What comes of the measures: the content that the tester signs, and the document that is issued over it."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import signing
from kernel.db import locked, one
from kernel.documents.commands import issue
from kernel.errors import NotFound
from kernel.identity.models import SigningKey
from kernel.identity.queries import signing_key
from kernel.states import Role
from kernel.time.clock import day_in_china, timestamp
from rights.assets import queries as assets
from rights.classification.queries import declared
from valuation.quality.models import QualityRun, Scorecard
from valuation.quality.states import QUALITY_RUN, RunState
from valuation.testing import commands, queries, rules
from valuation.testing.errors import MeasuringUnderWay, TestKeyForeign, TestSignatureInvalid
from valuation.testing.models import ThirdPartyTest
from valuation.testing.policy import POLICY
from valuation.testing.schemas import SignTest, TestView
from valuation.testing.states import TestAction, TestState


async def complete(act: Act, test_id: str) -> bool:
    """Draw the result when everything was measured; False while the scoring or a sample is still to come.

    A scoring that failed ends the test, since there is nothing then that could be signed.
    """
    row = await locked(act.session, ThirdPartyTest, test_id)
    if row.status is not TestState.MEASURING or row.quality_run_id is None:
        return True
    run = await one(act.session, QualityRun, row.quality_run_id)
    readings = [queries.reading(sample) for sample in await queries.sample_rows(act.session, row)]
    revision = await assets.revision(act.session, row.revision_id)
    files = {file.name: file.sha256 for file in revision.files}
    if not QUALITY_RUN.is_final(run.status) or not rules.complete(readings, row.samples, files):
        return False
    if run.status is not RunState.SUCCEEDED:
        problem = (run.problem or {}).get("code", str(run.status))
        row.reason = f"quality run {run.id}: {problem}"
        await act.session.flush()
        await commands.advance(act.by(SYSTEM), row, TestAction.TERMINATE, Role.TESTER, problem=problem)
        return True
    card = (await act.session.scalars(select(Scorecard).where(Scorecard.run_id == run.id))).one()
    terms, known = POLICY.at(day_in_china(act.at)), await declared(act.session, row.asset_id)
    found = rules.measures(
        readings, files, card.body, None if known is None else str(known.personal), terms.body.limits
    )
    row.content = await _content(act.session, row, card, revision.content_sha256, found, readings, terms.ref, act.at)
    row.digest = rules.digest(row.content)
    await act.session.flush()
    facts = {"digest": row.digest, "conclusion": row.content["conclusion"]}
    await commands.advance(act.by(SYSTEM), row, TestAction.COMPLETE, Role.SYSTEM, **facts)
    return True


async def _content(
    session: AsyncSession,
    row: ThirdPartyTest,
    card: Scorecard,
    content_sha256: str,
    found: list[rules.Measure],
    readings: list[rules.Reading],
    policy: Any,
    at: datetime,
) -> dict[str, Any]:
    asset = await assets.asset(session, row.asset_id)
    measures = [msgspec.to_builtins(measure) | {"met": measure.met} for measure in found]
    taken = [reading.taken_at for reading in readings]
    return {
        "test": row.id,
        "asset": row.asset_id,
        "asset_name": asset.name,
        "revision": row.revision_id,
        "content_sha256": content_sha256,
        "provider": row.provider,
        "tester": row.tester,
        "tester_name": await commands.tester_name(session, row),
        "purpose": row.purpose,
        "independence": row.checks,
        "policy": msgspec.to_builtins(policy),
        "samples": {
            "count": row.samples,
            "first_at": timestamp(min(taken)),
            "last_at": timestamp(max(taken)),
            "method": "read from the store that deliveries are served from",
        },
        "scorecard": {
            "id": card.id,
            "document": card.document_id,
            "score": card.body["score"],
            "grade": card.body["grade"],
            "contract": card.body["contract"],
        },
        "measures": measures,
        "conclusion": rules.conclusion(measures),
        "measured_at": timestamp(at),
    }


async def sign(act: Act, test_id: str, data: SignTest) -> TestView:
    """Take the tester's signature over the result, issue it as a document, and let it be shown for its time."""
    row = await commands.tested(act, test_id)
    if row.content is None or row.digest is None:
        raise MeasuringUnderWay(test=row.id)
    await commands.confirm_independence(act.session, row, "sign", act.at)
    key = await _own_key(act, data.signing_key_id)
    text = rules.signing_text(row.id, row.digest)
    if not signing.verify_text(key.public_key, data.signature, text):
        raise TestSignatureInvalid(signing_text=text)
    row.signed_at = act.at
    row.valid_until = commands.valid_until(act.at, POLICY.at(day_in_china(act.at)).body.valid_days)
    await act.session.flush()
    facts = {"digest": row.digest, "public_key": key.public_key, "signature": data.signature}
    await commands.advance(act, row, TestAction.SIGN, Role.TESTER, **facts)
    claims = {
        "content": row.content,
        "digest": row.digest,
        "signature": {
            "party": row.tester,
            "signing_key_id": key.id,
            "public_key": key.public_key,
            "signature": data.signature,
            "signed_at": timestamp(act.at),
        },
    }
    document = await issue(
        act.by(SYSTEM),
        "third-party-test",
        row.id,
        claims,
        parties=commands.parties(row),
        public=True,
        valid_until=row.valid_until,
    )
    row.document_id = document.id
    await act.session.flush()
    return await queries.view(act, row)


async def _own_key(act: Act, key_id: str) -> SigningKey:
    try:
        return await signing_key(act.session, act.actor.party or "", key_id)
    except NotFound as problem:
        raise TestKeyForeign(signing_key_id=key_id) from problem
