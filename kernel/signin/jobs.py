"""What of signing in is forgotten: steps and links that are over, failures of long ago, sessions that ended."""

from datetime import timedelta

from sqlalchemy import delete

from kernel.db import unit
from kernel.identity.models import MemberSession
from kernel.jobs.queue import sweep
from kernel.runtime import Runtime
from kernel.signin.models import PasswordReset, SignInFailure, SignInStage
from kernel.signin.rules import POLICY
from kernel.time.clock import day_in_china


@sweep("kernel.signin.forget", timedelta(hours=1))
async def forget(runtime: Runtime) -> None:
    """Delete what serves nobody any more; how a session ended is kept for a while."""
    at = runtime.clock.now()
    rules = POLICY.at(day_in_china(at)).body
    kept_from = at - timedelta(days=rules.kept_days)
    async with unit(runtime.sessions) as session:
        await session.execute(delete(SignInStage).where(SignInStage.expires_at < at - timedelta(hours=1)))
        failures_from = at - timedelta(hours=rules.failures_hours)
        await session.execute(delete(SignInFailure).where(SignInFailure.last_at < failures_from))
        await session.execute(delete(PasswordReset).where(PasswordReset.expires_at < kept_from))
        await session.execute(delete(MemberSession).where(MemberSession.expires_at < kept_from))
