"""Writing a template, approving its exact text, withdrawing it."""

from datetime import timedelta

import msgspec
from sqlalchemy import func, select

from channels.computing import queries
from channels.computing.commands.offers import file_columns
from channels.computing.errors import QueryRefused, TemplateUnfit
from channels.computing.grammar.parsing import table_parameters
from channels.computing.models import ComputingTemplate
from channels.computing.rules import RULES, template_faults
from channels.computing.schemas import TemplateView, WriteTemplate
from channels.computing.states import TEMPLATE, TemplateAction, TemplateState
from kernel import ids, lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.crypto import canonical
from kernel.db import lock_name, locked
from kernel.errors import FieldError
from kernel.jobs import desk
from kernel.states import Role
from kernel.storage.store import Storage
from kernel.text import Text
from rights.assets import queries as assets


async def write(act: Act, asset_id: str, data: WriteTemplate, storage: Storage) -> TemplateView:
    """Draft a template on one's own asset; nobody runs it before it is approved. Raises TemplateUnfit."""
    asset, rules = await assets.own_asset(act, asset_id), RULES.at(act.today).body
    columns = await file_columns(act, asset.id, data.file, storage)
    faults: list[FieldError] = []
    named = [parameter.name for parameter in data.parameters]
    try:
        named = await desk.answer(table_parameters, data.sql, party=act.actor.party, in_unit=True)
    except QueryRefused as refused:
        faults = [FieldError(fault.pointer, fault.detail, TemplateUnfit.rule) for fault in refused.errors]
    faults += template_faults(data, columns, named, rules)
    await lock_name(act.session, "computing_template", asset.id)
    count = select(func.count()).where(
        ComputingTemplate.asset_id == asset.id,
        ComputingTemplate.status.in_([TemplateState.DRAFTED, TemplateState.APPROVED]),
    )
    if int(await act.session.scalar(count) or 0) >= rules.templates_max:
        text = Text(f"最多 {rules.templates_max} 个模板", f"{rules.templates_max} templates at the most; withdraw one")
        faults.append(FieldError("", text, TemplateUnfit.rule))
    if faults:
        raise TemplateUnfit(errors=faults, count=len(faults))
    content = msgspec.to_builtins(data)
    row = ComputingTemplate(
        id=ids.new("ctp"),
        asset_id=asset.id,
        provider=asset.party_id,
        content=content,
        sha256=canonical.digest(content),
        approved_at=None,
        withdrawn_at=None,
        due_at=act.at + timedelta(days=rules.draft_days),
        created_at=act.at,
    )
    await lifecycle.begin(act, row, TEMPLATE, parties=[row.provider], asset=asset.id, sha256=row.sha256)
    return queries.template_view(row, act.actor)


async def approve(act: Act, template_id: str) -> TemplateView:
    """Approve a draft as it is written; its digest stands in the log, and its text never changes."""
    row = await _own(act, template_id)
    await lifecycle.advance(
        act, row, TEMPLATE, TemplateAction.APPROVE, Role.PROVIDER, parties=[row.provider], sha256=row.sha256
    )
    row.approved_at, row.due_at = act.at, None
    return queries.template_view(row, act.actor)


async def withdraw(act: Act, template_id: str) -> TemplateView:
    """Take a template back; agreements that had it before keep it."""
    row = await _own(act, template_id)
    await lifecycle.advance(act, row, TEMPLATE, TemplateAction.WITHDRAW, Role.PROVIDER, parties=[row.provider])
    row.withdrawn_at, row.due_at = act.at, None
    return queries.template_view(row, act.actor)


async def lapse(act: Act, template_id: str) -> None:
    """A draft that nobody approved in time is over."""
    row = await locked(act.session, ComputingTemplate, template_id)
    if row.due_at is None or row.due_at > act.at:
        return
    await lifecycle.advance(act.by(SYSTEM), row, TEMPLATE, TemplateAction.LAPSE, Role.SYSTEM, parties=[row.provider])
    row.due_at = None


async def _own(act: Act, template_id: str) -> ComputingTemplate:
    row = await locked(act.session, ComputingTemplate, template_id)
    queries.TEMPLATES.require_party(act.actor, template_id, row.provider)
    return row
