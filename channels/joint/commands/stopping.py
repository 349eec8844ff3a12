"""Stopping what nobody is entitled to any more."""

from sqlalchemy import select

from channels.joint.models import JointRun
from channels.joint.states import JOINT_RUN, WAITING, JointRunAction
from kernel import lifecycle
from kernel.act import Act
from kernel.actor import SYSTEM
from kernel.db import hold
from kernel.states import Role


async def stop_runs(act: Act, joint_id: str) -> None:
    """Stop what runs or waits under a joint agreement that is over; its process ends when it next looks."""
    query = (
        select(JointRun)
        .where(JointRun.joint_agreement_id == joint_id, JointRun.status.in_(WAITING))
        .order_by(JointRun.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for row in await act.session.scalars(query):
        hold(act.session, row)
        await stop(act, row)


async def stop(act: Act, row: JointRun) -> None:
    """Stop one run: its answer is dropped, and what it cost is not given back."""
    row.due_at = row.answer = None
    row.ended_at = act.at
    await lifecycle.advance(act.by(SYSTEM), row, JOINT_RUN, JointRunAction.STOP, Role.SYSTEM, parties=row.parties)
