"""Every step of a machine that somebody may take has its form at the object's page."""

from collections.abc import Iterator

from centre.lists import machines
from centre.pages.console import ways, weighing
from centre.pages.console.operations import operations
from kernel.states import Role
from kernel.text import kind_of

BY_OTHER_MEANS = {
    ("cart", "abandon"),
    ("integrity_finding", "check"),
    ("quotation_request", "award"),
    ("registration", "await"),
    ("registration", "dismiss"),
    ("registration", "uphold"),
}
"""Steps that are taken elsewhere: by an order, an objection, an award of a quote, a night's reading."""


def steps() -> Iterator[tuple[str, str]]:
    for machine in machines():
        kind = machine.name.rpartition(".")[2].replace("-", "_")
        for (_, action), step in machine.table.items():
            if step.by - {Role.SYSTEM}:
                yield kind, str(action)


async def test_every_step_that_somebody_may_take_leads_to_its_form(app):
    whole = await operations(app.inner)
    missing = set()
    for kind, action in set(steps()) - BY_OTHER_MEANS:
        shown = whole.object_of(kind)
        if shown is None or "allowed_actions" not in shown.answer.fields:
            continue
        taken = [each.name for each in whole.under(shown.path) if ways.performs(each, kind, action)]
        if len(taken) != 1:
            missing.add((kind, action, *taken))
    assert missing == set()


async def test_every_step_that_is_named_is_one(app):
    whole = await operations(app.inner)
    known = set(steps())
    named = {(kind, step) for kind, each in ways.named_steps().items() for step in each}
    assert named <= known
    assert {each for steps_of in ways.named_steps().values() for each in steps_of.values()} <= whole.by_name.keys()


def test_a_kind_is_told_by_its_ids_prefix():
    assert kind_of("ord_01m8q986mbeth8d0geeeds1s2y") == "order"
    assert kind_of("nonsense") is None
    assert kind_of("xyz_1") is None


async def test_what_weighs_is_said_of_every_step(app):
    """Money, signing and suspending: all of a permission but what only computes, and what others do with another."""
    whole = await operations(app.inner)
    light = {each.name for each in whole.all if each.method != "get" and not weighing.weighs(each)}
    for name in ("create_key", "decide_admission", "suspend_agreement", "supervise_listing", "confirm_payee_account"):
        assert name not in light
    for name in ("take_offer", "accept_part", "refund_order", "approve_mandate_order", "approve_destruction"):
        assert name not in light
    assert {"file_complaint", "create_webhook", "create_asset", "preview_price"} <= light
    assert whole.by_name["take_offer"].permissions == ("market:order:place",)
    assert whole.by_name.keys() >= weighing.CALCULATIONS | weighing.OPERATIONS
