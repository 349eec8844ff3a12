"""The end of a call: what is charged, said once its answer is there."""

from dataclasses import dataclass
from typing import Final

import structlog

from channels.gateway import rules
from channels.gateway.calls import metering
from channels.gateway.calls.admission import Admitted
from channels.gateway.calls.metering import Reserved
from channels.gateway.rules import GatewayRules
from kernel.runtime import Runtime

log: Final = structlog.get_logger("liutong.gateway")


@dataclass(frozen=True, slots=True)
class Finish:
    """Settles a call, and says whether it is; one that cannot be settled now expires, and is not charged."""

    runtime: Runtime
    admitted: Admitted
    reserved: Reserved
    policy: GatewayRules

    async def __call__(
        self, status: int | None, failure: rules.Failure | None, size_bytes: int, *, has_begun: bool
    ) -> bool:
        became = rules.outcome(status, failure, has_begun=has_begun)
        try:
            state = await metering.settle(
                self.runtime,
                self.admitted,
                self.reserved,
                became,
                status=status,
                failure=failure,
                size_bytes=size_bytes,
                rules=self.policy,
            )
        except Exception:
            log.exception("a call could not be settled", call=self.reserved.id)
            return False
        if state == "expired":
            log.warning("a call was settled after its time", call=self.reserved.id, became=became)
        return state != "expired"
