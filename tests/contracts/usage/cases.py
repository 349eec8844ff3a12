"""The base policy of the published cases: use and process for two purposes in China, in the sandbox, within limits."""

from datetime import UTC, datetime

from contracts.usage.tree import Bearer, Duty, DutyKind, Permission, Prohibition, UsagePolicy

P = UsagePolicy(
    vocabulary="2026-11",
    asset="ast_1",
    permissions=(
        Permission(
            id="licence",
            actions=("use", "process"),
            purposes=("risk-control", "research"),
            territory=("CN",),
            environments=("sandbox",),
            recipients=("party:pty_01m8k6asmferfvb5tsxy7rg0s9",),
            starts=datetime(2025, 12, 31, 16, tzinfo=UTC),
            ends=datetime(2026, 12, 31, 16, tzinfo=UTC),
            calls_max=1_000,
            rows_max=10_000,
            duties=("payment",),
        ),
    ),
    prohibitions=(Prohibition(id="no-onward", actions=("provide",)),),
    duties=(
        Duty(id="payment", kind=DutyKind.PAY),
        Duty(id="deletion", kind=DutyKind.DELETE, bearer=Bearer.CONSUMER, days=30),
    ),
)
"""The term is the year 2026 in China (UTC+8)."""
