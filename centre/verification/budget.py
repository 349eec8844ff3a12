"""How often an address may have a file looked at: checking costs more than any other open route."""

from kernel.errors import TooMany
from kernel.http.rates import Limit, RateExceeded, Rates
from kernel.text import Text


class VerificationsExceeded(TooMany):
    """The address has used up its checks for now."""

    title = Text("核验次数超限", "The limit of checks is exceeded")
    detail = Text(
        "每个地址每分钟至多核验 {limit} 次，请在 {retry_after_seconds} 秒后重试，或以 liutong verify 离线核验。",
        "An address may have {limit} files checked a minute; try again in {retry_after_seconds} seconds, "
        "or verify offline with liutong verify.",
    )
    rule = "LT-VRF-04"


class Budget:
    """A token bucket for each address; the one that was quiet for longest is forgotten first."""

    def __init__(self, per_minute: int) -> None:
        self._limit = per_minute
        self._rates = Rates()

    def spend(self, address: str) -> None:
        """Take one check; raises VerificationsExceeded."""
        try:
            self._rates.spend([Limit("verification", address, self._limit)])
        except RateExceeded as exceeded:
            wait = exceeded.facts["retry_after_seconds"]
            raise VerificationsExceeded(limit=self._limit, retry_after_seconds=wait) from exceeded
