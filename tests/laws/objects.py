"""One object of every kind, made by one side through the journeys' helpers: what the law of strangers asks for."""

import json
from dataclasses import replace
from typing import Any

from kernel import ids
from kernel.time.clock import FixedClock
from market.payouts.models import PayeeAccount, Payout, PayoutBatch
from market.payouts.states import BatchState, PayeeState, PayoutState
from market.stripe_balance.booking import book_one
from tests.beginnings import beginning
from tests.channels.computing.story import TEMPLATE
from tests.conftest import As, Client
from tests.market import plans
from tests.market.auctions import story as auctions
from tests.market.banking.papers import Line
from tests.market.banking.story import Bank
from tests.market.mandates.story import Agency
from tests.market.negotiation import story as negotiation
from tests.market.papers.story import Story as Invoicing
from tests.market.papers.story import details
from tests.market.permitted_incomes.test_permitted_incomes import decided as permitted
from tests.market.requests import story as quotation
from tests.market.trade import Trade, make_listing
from tests.rights import procedure, story
from tests.rights.title.story import remark
from tests.valuation.accounting.test_routes import decided, note
from tests.valuation.appraisal.test_appraisals import inputs
from tests.valuation.engagements.firm import Work, make_valuer
from tests.valuation.makers import CONTRACT
from tests.valuation.portfolio.test_portfolio_runs import asked
from tests.valuation.quality.desensitisation.test_treat import PLAN

Made = dict[str, str]
"""Ids by the name that a path gives them, or by `collection/name` where a collection means another kind by it."""


@beginning
async def objects(runtime: Any, as_: As, drain: Any, clock: FixedClock) -> tuple[Made, str]:
    """One object of every kind that is nobody's business but its parties'; and an asset that is registered."""
    trade = await Trade.begin(runtime, as_)
    made, registered = await _traded(runtime, trade)
    work = await Work.begin(as_, drain)
    made |= {"asset_id": work.asset, "practitioner_id": work.first.id, "party_id": str(trade.provider.party)}
    made |= await _negotiated(runtime, trade)
    made |= await _subscribed(runtime, trade)
    made |= await _requested(runtime, trade)
    made |= await _auctioned(runtime, trade)
    made |= await _scored(runtime, work)
    made |= await _appraised(runtime, work)
    made |= await _kept(work)
    made |= await _accounted(work, drain)
    made |= await _banked(runtime, as_, drain, str(trade.provider.party))
    made |= await _invoiced(runtime, as_, drain, trade)
    made |= await _registering(as_, registered)
    made |= await _dataspace(work.provider)
    made["revision_id"] = await runtime.pool.fetchval("SELECT id FROM asset_revision WHERE asset_id = $1", work.asset)
    made["listings/draft"] = await make_listing(runtime, str(trade.provider.party), status="draft")
    await runtime.pool.execute(
        "INSERT INTO applied_manifest (party_id, kind, name, manager, listing_id, spec, version, applied_at)"
        " VALUES ($1, 'Listing', 'x', 'liutong', $2, '{}', 1, now())",
        trade.provider.party,
        made["listings/draft"],
    )
    made["job_id"] = str(await runtime.pool.fetchval("SELECT max(id) FROM pgqueuer"))
    return made, registered


async def _divided(runtime: Any, trade: Trade, order: str) -> Made:
    """A plan that nobody agreed to and a part of it that is over, beside an order that goes on as a whole."""
    plan = await runtime.pool.fetchval(
        "INSERT INTO delivery_plan (id, order_id, agreement_id, proposed_by, reason, parts, policy, status,"
        " status_changed_at, version, created_at) SELECT $1, id, agreement_id, $3, 'x',"
        """ '[{"files": ["x"], "from_day": "2026-11-23", "weight": 1}]', '{}', 'lapsed', now(), 1, now()"""
        ' FROM "order" WHERE id = $2 RETURNING id',
        ids.new("dpl"),
        order,
        trade.provider.party,
    )
    part = await runtime.pool.fetchval(
        "INSERT INTO delivery_part (id, plan_id, order_id, n, files, amount_minor, currency, available_at, status,"
        " status_changed_at, version) VALUES ($1, $2, $3, 1, '{x}', 1, 'CNY', now(), 'ended', now(), 1) RETURNING id",
        ids.new("prt"),
        plan,
        order,
    )
    return {"delivery_plan_id": plan, "delivery_part_id": part}


async def _traded(runtime: Any, trade: Trade) -> tuple[Made, str]:
    """An order up to its delivery, with everything that hangs on it, of a listing taken off the shelf since."""
    order = await trade.paid()
    delivered = await trade.provider.post(f"/v1/orders/{order}/delivery")
    assert delivered.status_code == 201, delivered.text
    rows = await runtime.pool.fetchrow(
        "SELECT o.asset_id, o.agreement_id, o.listing_id, o.certificate_id, a.grant_id, a.document_id,"
        " p.id AS payment_id, c.id AS certificate"
        ' FROM "order" o JOIN agreement a ON a.id = o.agreement_id JOIN payment p ON p.order_id = o.id'
        " JOIN certificate c ON c.id = o.certificate_id WHERE o.id = $1",
        order,
    )
    made = {"order_id": order, **{name: str(value) for name, value in rows.items()}}
    made |= await _amended(trade, made["agreement_id"])
    made["share_id"] = await _withheld(runtime, trade, order)
    cart = await trade.buyer.post("/v1/carts", {})
    assert cart.status_code == 201, cart.text
    made["cart_id"] = str(cart.json()["id"])
    search = await trade.buyer.post("/v1/saved-searches", {"name": "x", "query": {}})
    assert search.status_code == 201, search.text
    made["search_id"] = str(search.json()["id"])
    made["redelivery_id"] = await runtime.pool.fetchval(
        "INSERT INTO redelivery (id, order_id, n, buyer, provider, reason, status, status_changed_at, version,"
        " created_at) SELECT $1, id, 1, buyer, provider, 'x', 'called_off', now(), 1, now()"
        ' FROM "order" WHERE id = $2 RETURNING id',
        ids.new("rdl"),
        order,
    )
    made |= await _mandated(runtime, trade)
    made |= await _divided(runtime, trade, order)
    made["channel_key_id"] = await runtime.pool.fetchval(
        "INSERT INTO channel_key (id, order_id, agreement_id, buyer, provider, recipient, prefix, secret_sha256,"
        " created_at, expires_at) SELECT $1, id, agreement_id, buyer, provider, 'x', 'x', '', now(), now() + '1 day'"
        ' FROM "order" WHERE id = $2 RETURNING id',
        ids.new("chk"),
        order,
    )
    made |= await _computed(runtime, trade, order)
    made |= await _joined(runtime, trade, order)
    made |= await _programmed(runtime, order)
    made |= await _pushed(runtime, order)
    made |= await _traced(runtime, trade, order)
    made["refund_id"] = await _refunded(trade, order)
    made |= await _complained(runtime, trade, order)
    made["card_dispute_id"] = await runtime.pool.fetchval(
        "INSERT INTO card_dispute (id, payment_id, gateway_reference, gateway_status, subject_id, buyer, provider,"
        " amount_minor, currency, reason, withdrawn_minor, fee_minor, reinstated_minor, evidence, status,"
        " status_changed_at, version, created_at) VALUES ($1, $2, 'du_1', 'needs_response', $3, $4, $5, 1, 'CNY', 'x',"
        " 0, 0, 0, '{}', 'open', now(), 1, now()) RETURNING id",
        ids.new("cdp"),
        made["payment_id"],
        order,
        trade.buyer.party,
        trade.provider.party,
    )
    made["write_off_id"] = await runtime.pool.fetchval(
        "INSERT INTO clawback_write_off (id, party_id, amount_minor, currency, reason, proposed_by, proposed_by_line,"
        " status, status_changed_at, version, created_at) VALUES ($1, $2, 1, 'CNY', 'x', 'x', '{}', 'proposed', now(),"
        " 1, now()) RETURNING id",
        ids.new("cwo"),
        trade.provider.party,
    )
    made |= await _permitted(runtime, trade)
    made["price_spread_id"] = await runtime.pool.fetchval(
        "INSERT INTO price_spread (id, terms_key, asset_id, revision_id, provider, lowest_minor, highest_minor,"
        " currency, spread, policy, status, status_changed_at, version, created_at) SELECT $1, 'x', asset_id,"
        " revision_id, provider, 1, 2, 'CNY', 1, '{}', 'referred', now(), 1, now()"
        ' FROM "order" WHERE id = $2 RETURNING id',
        ids.new("psp"),
        order,
    )
    made |= await _safekept(runtime, trade, made["asset_id"])
    made["files/file_id"] = delivered.json()["files"][0]["id"]
    made["bundles/delivery_id"] = delivered.json()["id"]
    made["path"] = await runtime.pool.fetchval("SELECT path FROM account ORDER BY path LIMIT 1")
    made["ledger_entry_id"] = await runtime.pool.fetchval("SELECT id FROM ledger_entry LIMIT 1")
    made |= await _booked(runtime, made["ledger_entry_id"])
    made["event_id"] = await runtime.pool.fetchval(
        "INSERT INTO inbox_event (id, source, external_id, kind, body, status, received_at, attempts,"
        " status_changed_at, version) VALUES ($1, 'stripe', 'evt_1', 'checkout', '{}', 'received', now(), 0, now(), 1)"
        " RETURNING id",
        ids.new("inb"),
    )
    made |= await _owed(runtime, trade, made["agreement_id"])
    # What is on the shelf is public: only what was taken off it is nobody's business.
    await runtime.pool.execute("UPDATE listing SET status = 'suspended'")
    return made, made.pop("asset_id")


async def _mandated(runtime: Any, trade: Trade) -> Made:
    """A mandate of the buyer's that it has not signed, and an order that was rejected under it."""
    mandate = await trade.buyer.post("/v1/mandates", Agency(trade).terms())
    assert mandate.status_code == 201, mandate.text
    asked = await runtime.pool.fetchval(
        "INSERT INTO mandate_order (id, mandate_id, principal, key, quote_id, listing_id, purpose, use_case,"
        " terms_digest, amount_minor, currency, signed_at, public_key, signature, recredited_minor, created_at, status,"
        " status_changed_at, version) VALUES ($1, $2, $3, 'x', 'x', $4, 'x', '', 'x', 1, 'CNY', 'x', 'x', 'x', 0,"
        " now(), 'rejected', now(), 1) RETURNING id",
        ids.new("mor"),
        mandate.json()["id"],
        trade.buyer.party,
        trade.listing_id,
    )
    return {"mandate_id": str(mandate.json()["id"]), "mandate_order_id": asked}


async def _computed(runtime: Any, trade: Trade, order: str) -> Made:
    """A template of the provider's, and a run of it for the order."""
    template = await runtime.pool.fetchval(
        "INSERT INTO computing_template (id, asset_id, provider, content, sha256, status, status_changed_at, version,"
        " approved_at, created_at) SELECT $1, asset_id, provider, $2, 'x', 'approved', now(), 1, now(), now()"
        ' FROM "order" WHERE id = $3 RETURNING id',
        ids.new("ctp"),
        json.dumps(TEMPLATE),
        order,
    )
    run = await runtime.pool.fetchval(
        "INSERT INTO computing_run (id, order_id, agreement_id, asset_id, revision_id, provider, buyer, template_id,"
        " question, question_sha256, micro_epsilon, pico_delta, status, status_changed_at, version, created_at)"
        " SELECT $1, o.id, a.id, o.asset_id, a.revision_id, o.provider, o.buyer, $2, '{\"parameters\": {}}', 'x', 0, 0,"
        " 'refused', now(), 1, now() FROM \"order\" o JOIN agreement a ON a.id = o.agreement_id WHERE o.id = $3"
        " RETURNING id",
        ids.new("cmr"),
        template,
        order,
    )
    return {"computing-templates/template_id": template, "computing-runs/run_id": run}


async def _joined(runtime: Any, trade: Trade, order: str) -> Made:
    """A joint agreement about the order, whose second side is one in name only, and a run of it, both over."""
    side = {"order_id": order, "file": "x.csv", "key_column": "x"}
    content = {"a": side, "b": side, "normalisation": "exact", "aggregates": True, "templates": [], "units_min": 10}
    joint = await runtime.pool.fetchval(
        "INSERT INTO joint_agreement (id, buyer, a_order_id, a_agreement_id, a_asset_id, a_provider, b_order_id,"
        " b_agreement_id, b_asset_id, b_provider, content, sha256, status, status_changed_at, version, created_at)"
        " SELECT $1, buyer, id, agreement_id, asset_id, provider, id, agreement_id, asset_id, $4, $2, 'x', 'ended',"
        ' now(), 1, now() FROM "order" WHERE id = $3 RETURNING id',
        ids.new("jag"),
        json.dumps({**content, "recipients": [], "term_days": 1}),
        order,
        trade.buyer.party,
    )
    run = await runtime.pool.fetchval(
        "INSERT INTO joint_run (id, joint_agreement_id, buyer, a_provider, b_provider, a_revision_id, b_revision_id,"
        " sql, question, question_sha256, micro_epsilon, pico_delta, status, status_changed_at, version, created_at)"
        " SELECT $1, j.id, j.buyer, a_provider, b_provider, a.revision_id, a.revision_id, 'x', '{}', 'x', 0, 0,"
        " 'failed', now(), 1, now() FROM joint_agreement j JOIN agreement a ON a.id = j.a_agreement_id"
        " WHERE j.id = $2 RETURNING id",
        ids.new("jrn"),
        joint,
    )
    return {"joint_agreement_id": joint, "joint_run_id": run}


async def _traced(runtime: Any, trade: Trade, order: str) -> Made:
    """A trace that the order's provider called off."""
    found = await trade.provider("POST", "/v1/files?name=found.csv&purpose=evidence", content=b"id\n1\n")
    trace = await runtime.pool.fetchval(
        "INSERT INTO trace (id, asset_id, requested_by, file_id, data_table, policy, steps_done, steps_total, attempts,"
        " status, status_changed_at, version, created_at) SELECT $1, asset_id, provider, $2, 'flights',"
        """ '{"kind": "traces", "version": "2026-11", "sha256": "x"}', 0, 0, 0, 'cancelled', now(), 1, now()"""
        ' FROM "order" WHERE id = $3 RETURNING id',
        ids.new("trc"),
        found.json()["id"],
        order,
    )
    return {"trace_id": trace}


async def _programmed(runtime: Any, order: str) -> Made:
    """A run of a program that was refused, with a result that cannot be had."""
    offer = await runtime.pool.fetchval(
        "INSERT INTO program_offer (id, asset_id, provider, n, terms, sha256, created_at)"
        " SELECT $1, asset_id, provider, 1, '{\"runs_max\": 1, \"rows_max\": 1}', 'x', now()"
        ' FROM "order" WHERE id = $2 RETURNING id',
        ids.new("pgo"),
        order,
    )
    run = await runtime.pool.fetchval(
        "INSERT INTO program_run (id, order_id, agreement_id, asset_id, revision_id, provider, buyer, offer_id,"
        " program, program_sha256, result_names, limits, outcome, status, status_changed_at, version, created_at)"
        " SELECT $1, o.id, a.id, o.asset_id, a.revision_id, o.provider, o.buyer, $2, 'x', 'x', '{totals.csv}', '{}',"
        " 'ended', 'refused', now(), 1, now() FROM \"order\" o JOIN agreement a ON a.id = o.agreement_id"
        " WHERE o.id = $3 RETURNING id",
        ids.new("pgr"),
        offer,
        order,
    )
    return {"program-runs/run_id": run, "result_name": "totals.csv"}


async def _pushed(runtime: Any, order: str) -> Made:
    """A target of the buyer's that was removed, a push to it that was cancelled, and a conversion that was removed."""
    target = await runtime.pool.fetchval(
        "INSERT INTO push_target (id, order_id, agreement_id, buyer, provider, endpoint, bucket, prefix, region,"
        " addressing, access_key_id, follows, attempts, status, status_changed_at, version, created_at) SELECT $1, id,"
        " agreement_id, buyer, provider, 'x', 'x', '', 'x', 'path', 'x', false, 0, 'removed', now(), 1, now()"
        ' FROM "order" WHERE id = $2 RETURNING id',
        ids.new("pst"),
        order,
    )
    push = await runtime.pool.fetchval(
        "INSERT INTO push (id, target_id, order_id, agreement_id, buyer, provider, revision_id, attempts, status,"
        " status_changed_at, version, created_at) SELECT $1, $2, o.id, a.id, o.buyer, o.provider, a.revision_id, 0,"
        " 'cancelled', now(), 1, now() FROM \"order\" o JOIN agreement a ON a.id = o.agreement_id WHERE o.id = $3"
        " RETURNING id",
        ids.new("psh"),
        target,
        order,
    )
    conversion = await runtime.pool.fetchval(
        "INSERT INTO table_conversion (id, order_id, agreement_id, buyer, provider, revision_id, table_name, table_key,"
        " format, rows_done, attempts, status, status_changed_at, version, created_at) SELECT $1, o.id, a.id, o.buyer,"
        " o.provider, a.revision_id, 'x', 'x', 'csv', 0, 0, 'removed', now(), 1, now()"
        ' FROM "order" o JOIN agreement a ON a.id = o.agreement_id WHERE o.id = $2 RETURNING id',
        ids.new("tcv"),
        order,
    )
    return {"push_target_id": target, "push_id": push, "table_conversion_id": conversion}


async def _safekept(runtime: Any, trade: Trade, asset: str) -> Made:
    """A destruction of the provider's data that waits, a hold that was lifted, and a finding of a night."""
    destruction = await runtime.pool.fetchval(
        "INSERT INTO destruction (id, asset_id, party_id, revision_ids, is_whole, objects, digest, reason,"
        " requested_by, requested_by_line, kek_versions, status, due_at, status_changed_at, version, created_at)"
        " VALUES ($1, $2, $3,"
        " '{}', true, '[]', $4, 'x', 'x', '{}', '{}', 'requested', now(), now(), 1, now()) RETURNING id",
        ids.new("dsr"),
        asset,
        trade.provider.party,
        "sha256:" + "0" * 64,
    )
    hold = await runtime.pool.fetchval(
        "INSERT INTO legal_hold (id, asset_id, basis, until, set_by, lifted_at, lifted_by, created_at) VALUES ($1, $2,"
        " 'x', '2027-01-01', 'x', now(), 'x', now()) RETURNING id",
        ids.new("lgh"),
        asset,
    )
    finding = await runtime.pool.fetchval(
        "INSERT INTO integrity_finding (id, storage_key, fault, status, due_at, status_changed_at, version, created_at)"
        " VALUES ($1, 'files/x', 'missing', 'open', now(), now(), 1, now()) RETURNING id",
        ids.new("ifn"),
    )
    return {"destruction_id": destruction, "hold_id": hold, "finding_id": finding}


async def _permitted(runtime: Any, trade: Trade) -> Made:
    """What public data of the provider may earn, and the check of its first year."""
    income = await runtime.pool.fetchval(
        "INSERT INTO permitted_income (id, party_id, asset_ids, decision, inputs, rule_set, currency, allowed_minor,"
        " begins_on, ends_on, cycle_years, checked_years, next_check_at, recorded_by, created_at) VALUES ($1, $2, '{}',"
        " 'x', $3, $4, 'CNY', 1, '2026-01-01', '2026-12-31', 1, 0, now(), 'x', now()) RETURNING id",
        ids.new("pin"),
        trade.provider.party,
        json.dumps(permitted(trade, "ast_1")["inputs"]),
        json.dumps({"kind": "valuation", "version": "x", "sha256": "x"}),
    )
    check = await runtime.pool.fetchval(
        "INSERT INTO income_check (id, permitted_income_id, party_id, year, since, until, actual_minor, allowed_minor,"
        " excess_minor, currency, adjusts, due_at, status, status_changed_at, version, created_at) VALUES ($1, $2, $3,"
        " 1, '2026-01-01', '2027-01-01', 2, 1, 1, 'CNY', 'caps', now(), 'answered', now(), 1, now()) RETURNING id",
        ids.new("ick"),
        income,
        trade.provider.party,
    )
    return {"permitted_income_id": income, "income_check_id": check}


async def _invoiced(runtime: Any, as_: As, drain: Any, trade: Trade) -> Made:
    """An invoice of a product now off the shelf, the credit note that takes a part of it back, and a slip for that."""
    sold = replace(trade, listing_id=await make_listing(runtime, str(trade.provider.party)))
    about = Invoicing(sold, await as_("clearing"), await sold.delivered())
    assert (await sold.buyer.post(f"/v1/orders/{about.order}/acceptance")).status_code == 200
    await drain()
    for who in (sold.provider, sold.buyer, about.clearing):
        await details(runtime, who)
    credited = await about.credited(invoice := await about.registered(), "1.00")
    assert credited.status_code == 201, credited.text
    slips = f"/v1/credit-notes/{credited.json()['id']}/slips"
    entered = await sold.provider.post(slips, {"number": "1" * 20, "buyer_used": True})
    assert entered.status_code == 201, entered.text
    await runtime.pool.execute("UPDATE listing SET status = 'suspended' WHERE id = $1", sold.listing_id)
    return {
        "paper_id": invoice["paper_id"],
        "invoice_id": invoice["id"],
        "credit_note_id": credited.json()["id"],
        "red_slip_id": entered.json()["slips"][0]["id"],
    }


async def _subscribed(runtime: Any, trade: Trade) -> Made:
    """A subscription to a product now off the shelf, with a use that waits for its outcome, and a bill."""
    about = replace(trade, listing_id=await make_listing(runtime, str(trade.provider.party)))
    subscription = await plans.subscribed(about, plans.plan(plans.metered()))
    at = runtime.clock.now().isoformat()
    held = await plans.reported(about, plans.use(subscription, "use_1", occurred_at=at), hold=True)
    assert held.status_code == 200, held.text
    bill = await runtime.pool.fetchval(
        "INSERT INTO bill (id, subscription_id, agreement_id, provider, buyer, n, number, kind, plan_number, currency,"
        " total_minor, paid_minor, usage, status, issued_at, due_at, steps, collect, status_changed_at, version)"
        " SELECT $1, id, agreement_id, provider, buyer, 1, 'ZD-1', 'period', 1, currency, 1, 0, '[]', 'issued', now(),"
        " now(), 0, false, now(), 1 FROM subscription WHERE id = $2 RETURNING id",
        ids.new("bil"),
        subscription["id"],
    )
    await runtime.pool.execute("UPDATE listing SET status = 'suspended'")
    return {"subscription_id": subscription["id"], "bill_id": bill, "usage-events/event_id": "use_1"}


async def _banked(runtime: Any, as_: As, drain: Any, party: str) -> Made:
    """A bank account of the centre with a statement and a line that nobody can place, and a rate to be confirmed."""
    bank = await Bank.begin(as_, drain)
    (line,) = await bank.says(Line(100, name="不知名"))
    account, batch, payout = await _paid_out(runtime, party, bank.account)
    rate = {"base": "USD", "quote": "CNY", "rate": "7.1234", "dated": "2026-11-01", "source": "中国外汇交易中心"}
    entered = await bank.officer.post("/v1/exchange-rates", rate)
    assert entered.status_code == 201, entered.text
    return {
        "rate_id": entered.json()["id"],
        "payee_account_id": account,
        "payout_batch_id": batch,
        "payout_id": payout,
        "bank_account_id": bank.account,
        "bank_statement_id": line["statement_id"],
        "bank_entry_id": line["id"],
        "stripe_transaction_id": await _moved_at_stripe(runtime),
        "transfer_reversal_id": await _reversed(runtime, party, payout),
        "book_check_id": (await bank.officer.post("/v1/ledger/checks")).json()["id"],
    }


async def _reversed(runtime: Any, party: str, payout: str) -> str:
    """A part of a payout that is to be taken back."""
    made: str = await runtime.pool.fetchval(
        "INSERT INTO transfer_reversal (id, payout_id, party_id, amount_minor, currency, because, asked,"
        " status, status_changed_at, version, created_at) VALUES ($1, $2, $3, 1, 'CNY', 'x', 0, 'begun', now(), 1,"
        " now())"
        " RETURNING id",
        ids.new("trv"),
        payout,
        party,
    )
    return made


async def _moved_at_stripe(runtime: Any) -> str:
    """A balance transaction that nobody can explain yet."""
    made: str = await runtime.pool.fetchval(
        "INSERT INTO stripe_transaction (id, reference, kind, amount_minor, fee_minor, net_minor, currency, traces,"
        " created_at, read_at) VALUES ($1, 'txn_1', 'other', -5, 0, -5, 'CNY', '{}', now(), now()) RETURNING id",
        ids.new("stx"),
    )
    async with runtime.act() as act:
        await book_one(act, made)
    return made


async def _paid_out(runtime: Any, party: str, bank_account: str) -> tuple[str, str, str]:
    """Rows of bank details, a batch and a payout of a provider: what leads there has tests of its own."""
    at, day = runtime.clock.now(), runtime.clock.now().date()
    account, batch, payout = ids.new("pac"), ids.new("pob"), ids.new("pyt")
    state = {"status_changed_at": at, "version": 1, "created_at": at}
    async with runtime.act() as act:
        act.session.add(
            PayeeAccount(
                id=account, party_id=party, channel="bank", holder="x", number="6222021", bank_code="102100099996",
                currency="CNY", usable_from=at, lapses_at=at, status=PayeeState.DECLARED, **state,
            )
        )  # fmt: skip
        act.session.add(
            PayoutBatch(
                id=batch, channel="bank", bank_account_id=bank_account, currency="CNY", payout_count=1, total_minor=5,
                execution_on=day, digest="sha256:" + "0" * 64, proposed_by="key", proposed_by_line=[], due_at=at,
                status=BatchState.PROPOSED, **state,
            )
        )  # fmt: skip
        await act.session.flush()
        act.session.add(
            Payout(
                id=payout, party_id=party, payee_account_id=account, batch_id=batch, amount_minor=5, currency="CNY",
                policy={}, status=PayoutState.BATCHED, **state,
            )
        )  # fmt: skip
    return account, batch, payout


async def _complained(runtime: Any, trade: Trade, order: str) -> Made:
    """A rating of the order, an infringement notice of its listing, and a complaint with its bundle."""
    rating = await runtime.pool.fetchval(
        "INSERT INTO rating (id, order_id, listing_id, buyer, provider, stars, as_described, text, created_at)"
        " SELECT $1, id, listing_id, buyer, provider, 4, true, '', now() FROM \"order\" WHERE id = $2 RETURNING id",
        ids.new("rtg"),
        order,
    )
    body = {
        "right_kind": "copyright",
        "right_proof": "登记证书见证据",
        "statement": "该商品复制了本方数据集的结构与内容",
        "evidence": [await negotiation.upload(trade.buyer, b"proof")],
    }
    notice = await trade.buyer.post(f"/v1/listings/{trade.listing_id}/infringement-notices", body)
    assert notice.status_code == 201, notice.text
    about = {"about": order, "reason": "not-delivered", "asked": "refund", "statement": "未收到数据"}
    case = await trade.buyer.post("/v1/complaints", about)
    assert case.status_code == 201, case.text
    bundle = await trade.buyer.post(f"/v1/complaints/{case.json()['id']}/bundles")
    made = {"complaint_id": case.json()["id"], "bundle_id": bundle.json()["id"]}
    return {"rating_id": rating, "notice_id": notice.json()["id"], **made}


async def _negotiated(runtime: Any, trade: Trade) -> Made:
    """A negotiation with a message and its file, and an offer to one party by name, of a product now off the shelf."""
    about = replace(trade, listing_id=await make_listing(runtime, str(trade.provider.party)))
    terms = await negotiation.listed(runtime, about.listing_id)
    named = negotiation.addressed(terms, str(trade.buyer.party))
    body = negotiation.body(
        named, title_zh="专属要约", title_en="For one", expires_at=negotiation.later(runtime, days=9)
    )
    offer = await trade.provider.post(f"/v1/listings/{about.listing_id}/offers", body)
    assert offer.status_code == 201, offer.text
    opened = await trade.buyer.post("/v1/negotiations", negotiation.body(await negotiation.between(about)))
    assert opened.status_code == 201, opened.text
    file = await negotiation.upload(trade.buyer, b"x")
    path = f"/v1/negotiations/{opened.json()['id']}/messages"
    message = await trade.buyer.post(path, {"text": "附件", "attachments": [file]})
    assert message.status_code == 201, message.text
    await runtime.pool.execute("UPDATE listing SET status = 'suspended'")
    return {"offer_id": offer.json()["id"], "negotiation_id": opened.json()["id"], "message_id": message.json()["id"]}


async def _owed(runtime: Any, trade: Trade, agreement: str) -> Made:
    """Something owed under the agreement, and a notice that it is to end."""
    owed = await runtime.pool.fetchval(
        "INSERT INTO obligation (id, agreement_id, duty, kind, name_zh, name_en, period, bearer, beneficiary, due_at,"
        " breached_at, released_at, reminders, status, created_at, status_changed_at, version)"
        " VALUES ($1, $2, 'reports', 'report', '报告', 'report', 1, $3, $4, now(), now(), now(), 0, 'due', now(),"
        " now(), 1) RETURNING id",
        ids.new("obl"),
        agreement,
        trade.buyer.party,
        trade.provider.party,
    )
    notice = {"ground": "agreed", "reason": "no longer needed"}
    given = await trade.provider.post(f"/v1/agreements/{agreement}/termination", notice)
    assert given.status_code == 201, given.text
    return {"obligation_id": owed, "termination_id": given.json()["id"]}


async def _booked(runtime: Any, entry: str) -> Made:
    """A month whose closing is owed, and a correction that waits: what leads there has tests of its own."""
    closing = await runtime.pool.fetchval(
        "INSERT INTO month_closing (id, month, n, figures, asked_by_line, status, created_at, status_changed_at,"
        " version) VALUES ($1, '2026-10-01', 1, '[]', '{}', 'due', now(), now(), 1) RETURNING id",
        ids.new("mcl"),
    )
    correction = await runtime.pool.fetchval(
        "INSERT INTO ledger_correction (id, entry_id, booked_on, reason, legs, proposed_by, proposed_by_line, status,"
        " created_at, status_changed_at, version)"
        " VALUES ($1, $2, '2026-11-23', 'x', '[]', 'k', '{}', 'proposed', now(), now(), 1) RETURNING id",
        ids.new("lco"),
        entry,
    )
    return {"month_closing_id": closing, "correction_id": correction}


async def _withheld(runtime: Any, trade: Trade, order: str) -> str:
    """A decision to keep the provider's share of the order back."""
    body = {"party_id": trade.provider.party, "basis": "质量有争议"}
    made = await (await trade.as_("clearing")).post(f"/v1/orders/{order}/withholdings", body)
    assert made.status_code == 201, made.text
    return str(made.json()[0]["id"])


async def _refunded(trade: Trade, order: str) -> str:
    """A part of the order's price on its way back."""
    body = {"subject_id": order, "amount": {"amount": "1.00", "currency": "CNY"}, "reason": "议定减价"}
    made = await (await trade.as_("clearing")).post("/v1/refunds", body)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def _amended(trade: Trade, agreement: str) -> Made:
    """A proposed amendment of an agreement in force, an offer to renew it, and a contract that was filed."""
    terms = (await trade.buyer.get(f"/v1/agreements/{agreement}")).json()["terms"]
    body = {"terms": {**terms, "use_case": "再议"}, "reason": "x"}
    amendment = await trade.buyer.post(f"/v1/agreements/{agreement}/amendments", body)
    assert amendment.status_code == 201, amendment.text
    file = await trade.provider("POST", "/v1/files?name=c.pdf&purpose=contract", content=b"%PDF-1.7 contract")
    filed = {"filer_role": "provider", "subject": "x", "concluded_on": "2026-11-01", "file_id": file.json()["id"]}
    filing = await trade.provider.post("/v1/filings", {**filed, "other": trade.buyer.party})
    assert filing.status_code == 201, filing.text
    renewal = await trade.runtime.pool.fetchval(
        "INSERT INTO renewal (id, agreement_id, provider, consumer, terms, terms_digest, price_change, ends_on,"
        " starts_on, expires_at, status, created_at, status_changed_at, version) SELECT $1, id, provider, consumer,"
        " content -> 'terms', 'sha256:' || repeat('0', 64), 'same', '2027-01-01', '2027-01-02', now(), 'offered',"
        " now(), now(), 1 FROM agreement WHERE id = $2 RETURNING id",
        ids.new("rnw"),
        agreement,
    )
    acquirer = await trade.as_("developer", "acquirer")
    succession = await trade.runtime.pool.fetchval(
        "INSERT INTO succession (id, agreement_id, grant_id, transferor, transferee, consumer, mode, content, digest,"
        " signatures, due_at, status, created_at, status_changed_at, version) SELECT $1, a.id, a.grant_id, a.provider,"
        " $3, a.consumer, 'follows', '{}',"
        " 'sha256:' || repeat('0', 64), '[]', now(), 'called', now(), now(), 1 FROM agreement a WHERE a.id = $2"
        " RETURNING id",
        ids.new("suc"),
        agreement,
        acquirer.party,
    )
    return {
        "amendment_id": amendment.json()["id"],
        "filing_id": filing.json()["id"],
        "renewal_id": renewal,
        "succession_id": succession,
    }


async def _requested(runtime: Any, trade: Trade) -> Made:
    """A request for quotation to one provider, with its quote and a question."""
    about = replace(trade, listing_id=await make_listing(runtime, str(trade.provider.party)))
    path = await quotation.opened(about, addressed=[str(trade.provider.party)])
    quote = await trade.provider.post(f"{path}/quotes", negotiation.body(await negotiation.between(about)))
    question = await trade.provider.post(f"{path}/clarifications", {"question": "x"})
    assert (quote.status_code, question.status_code) == (201, 201), quote.text
    await runtime.pool.execute("UPDATE listing SET status = 'suspended' WHERE id = $1", about.listing_id)
    return {
        "rfq_id": path.rpartition("/")[2],
        "quote_id": quote.json()["id"],
        "clarification_id": question.json()["id"],
    }


async def _auctioned(runtime: Any, trade: Trade) -> Made:
    """An auction that is not announced, and a registration for it."""
    about = replace(trade, listing_id=await make_listing(runtime, str(trade.provider.party)))
    made = await trade.provider.post("/v1/auctions", await auctions.planned(about))
    assert made.status_code == 201, made.text
    bidder = await runtime.pool.fetchval(
        "INSERT INTO auction_bidder (id, auction_id, party_id, purpose, use_case, forfeited_minor, status,"
        " registered_at, status_changed_at, version) VALUES ($1, $2, $3, 'risk-control', '', 0, 'registered', now(),"
        " now(), 1) RETURNING id",
        ids.new("bdr"),
        made.json()["id"],
        trade.buyer.party,
    )
    await runtime.pool.execute("UPDATE listing SET status = 'suspended' WHERE id = $1", about.listing_id)
    return {"auction_id": made.json()["id"], "bidder_id": bidder}


async def _scored(runtime: Any, work: Work) -> Made:
    """What scoring left: a scorecard with its run and its contract."""
    run = await runtime.pool.fetchval("SELECT run_id FROM scorecard WHERE id = $1", work.card)
    contract = await runtime.pool.fetchval("SELECT data_contract_id FROM quality_run WHERE id = $1", run)
    return {"scorecard_id": work.card, "run_id": run, "contract_id": contract}


async def _appraised(runtime: Any, work: Work) -> Made:
    """An engagement with a request for data, and a study."""
    await work.accepted()
    body = {"subject": "ledger", "due_on": "2026-12-01"}
    request = await work.first.client.post(f"{work.path}/data-requests", body)
    assert request.status_code == 201, request.text
    body = {"scorecard_id": work.card, "base_date": "2026-11-23", "inputs": inputs()}
    study = await work.first.client.post(f"/v1/assets/{work.asset}/appraisals", body)
    assert study.status_code == 201, study.text
    return {"engagement_id": work.id, "request_id": request.json()["id"], "appraisal_id": study.json()["id"]}


async def _kept(work: Work) -> Made:
    """A file, a webhook, a key, a test and a treatment of the provider, and its people."""
    who, tester = work.provider, await work.as_("tester", "ordered")
    file = await who("POST", "/v1/files?name=a.pdf&purpose=evidence", content=b"%PDF-1.7 " * 9)
    hook = await who.post("/v1/webhooks", {"url": "http://127.0.0.1:9/x", "kinds": ["market.order.placed"]})
    key = await who.post("/v1/api-keys", {"name": "second", "roles": ["provider"]})
    body = {"tester": tester.party, "contract": CONTRACT, "purpose": "listing", "samples": 1}
    test = await who.post(f"/v1/assets/{work.asset}/third-party-tests", body)
    treated = await who.post(f"/v1/assets/{work.asset}/desensitisations", {"plan": PLAN})
    answers = {"file_id": file, "webhook_id": hook, "key_id": key, "test_id": test, "treatment_id": treated}
    assert all(each.status_code in (201, 202) for each in answers.values()), [e.text for e in answers.values()]
    made = {n: str(a.json().get("key", a.json()).get("id") or a.json()["webhook"]["id"]) for n, a in answers.items()}
    return made | await _peopled(who)


async def _peopled(who: Client) -> Made:
    """A member that is signed in somewhere, and an invitation, of the provider."""
    body = {"email": "invited@example.cn", "name": "王五", "roles": ["provider"]}
    invited = await who.post("/v1/member-invitations", body)
    assert invited.status_code == 201, invited.text
    member, session = ids.new("mem"), ids.new("ses")
    assert who.runtime is not None
    await who.runtime.pool.execute(
        "INSERT INTO member (id, party_id, name, email, password_hash, roles, administrator, created_at)"
        " VALUES ($1, $2, '李四', 'li@example.cn', 'x', '{provider}', true, now())",
        member,
        who.party,
    )
    await who.runtime.pool.execute(
        "INSERT INTO member_session (id, member_id, token_sha256, strength, address, agent, created_at, seen_at,"
        " proven_at, idle_at, expires_at) SELECT $1, $2, sha256('x'), 'password', 'x', 'x', at, at, at, at + '1 day',"
        " at + '1 day' FROM (SELECT $3::timestamptz AS at) AS now",
        session,
        member,
        who.runtime.clock.now(),
    )
    return {
        "member_id": member,
        "session_id": session,
        "invitation_id": str(invited.json()["invitation"]["id"]),
    }


async def _accounted(work: Work, drain: Any) -> Made:
    """An accounting decision, a note and a valued portfolio."""
    decision = await decided(work.provider, work.asset)
    noted = await work.provider.post("/v1/accounting-notes", note(decisions=[decision["id"]]))
    assert noted.status_code == 201, noted.text
    run = await work.first.client.post("/v1/portfolio-runs", asked([work.asset]))
    assert run.status_code == 202, run.text
    await drain()
    made = {"decision_id": decision["id"], "note_id": noted.json()["id"], "number": "1"}
    return {**made, "portfolio-runs/run_id": run.json()["id"]}


async def _dataspace(who: Client) -> Made:
    """A counterparty with a negotiation, an agreement and a transfer over the wire, whose first messages never went."""
    body = {"did": "did:web:other.example", "address": "http://127.0.0.1:9/dsp"}
    added = await who.post("/v1/dataspace/counterparties", body)
    known = added.json()["counterparty"]["id"]
    fixture = {"id": "urn:agreement:1", "counterparty_id": known, "dataset_id": "urn:ds:1", "side": "consumer"}
    loaded = await who.post("/v1/dataspace/fixture", {"agreements": [fixture]})
    opened = {"counterparty_id": known, "side": "consumer", "dataset_id": "urn:ds:1"}
    negotiation = await who.post("/v1/dataspace/negotiations", opened)
    agreement = (await who.get("/v1/dataspace/agreements")).json()["items"][0]["id"]
    transfer = await who.post("/v1/dataspace/transfers", {"agreement_id": agreement})
    answers = (added, loaded, negotiation, transfer)
    assert all(each.status_code in (200, 201, 202) for each in answers), [each.text for each in answers]
    return {
        "counterparty_id": known,
        "dataspace_negotiation_id": negotiation.json()["id"],
        "dataspace_agreement_id": agreement,
        "dataspace_transfer_id": transfer.json()["id"],
    }


async def _registering(as_: As, registered: str) -> Made:
    """A case that was never published, an objection to another, and a remark; the clock stays where it is."""
    registrar, applicant = await as_("registrar"), await as_("provider", "applicant")
    case = await story.submitted(applicant, b"x,y\n3,4\n")
    open_case = await story.noticed(registrar, await story.submitted(applicant, b"u,v\n5,6\n"))
    objection = await procedure.objected(await as_("developer", "objector"), open_case)
    entered = await remark(registrar, registered, "temporary-control")
    return {
        "registration_id": case["id"],
        "evidence_id": case["evidence"][0]["id"],
        "objection_id": objection["id"],
        "objections/evidence_id": objection["evidence"][0]["id"],
        "remark_id": entered["id"],
    }


async def strangers(as_: As) -> list[tuple[str, Client]]:
    """A party of every role that has nothing to do with any of it; the valuer is a practising person of its firm."""
    roles = ("provider", "developer", "buyer", "investor", "valuer", "tester", "insurer", "lender")
    callers = [(role, await as_(role, "stranger")) for role in roles]
    firm = dict(callers)["valuer"]
    person = await make_valuer(firm, 222)
    return [(role, person.client if role == "valuer" else who) for role, who in callers]


def told(answer: Any, *names: str) -> tuple[int, Any]:
    """What an answer says, but for the ids that were asked for and the request's own number."""
    text = answer.text
    for name in names:
        text = text.replace(name, "…")
    try:
        body = json.loads(text)
    except ValueError:
        return answer.status_code, text
    if isinstance(body, dict):
        body.pop("instance", None)
    return answer.status_code, body
