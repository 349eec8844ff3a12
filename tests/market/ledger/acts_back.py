"""Money that goes back at random: refunds in any number of parts, card disputes won and lost, debts and write-offs.

Who gives what is worked out here once more, share by share, with no code in common with the product's: the parts by
the oracle's largest remainder over what is left, and the accounts from the business.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from kernel.money import Money
from market.ledger import book, dispute_book, refund_book
from market.ledger.book import Entry, Part, Source
from market.refunds.rules import HeldPart, Returned, portions, sources
from tests.market.ledger import oracle
from tests.market.ledger.acts import ACTS, act
from tests.market.ledger.world import Case, Moves, Turn, World, move, shares_out

__all__ = ["ACTS"]

CARD: Final = "world:stripe"


@dataclass
class Giving:
    """What an amount takes of those that it was shared out to: out of which accounts, of which share and what kept."""

    out: Counter[str]
    of_due: list[int]
    of_kept: list[tuple[Case, int]]


def expected_giving(world: World, case: Case, minor: int) -> Giving:
    """The bookkeeper's answer, from what is left of each share and where it is now."""
    left = [due.left for due in case.dues]
    parts = oracle.largest_remainder(minor, [Fraction(minor * each, sum(left)) for each in left])
    giving, spare = Giving(Counter(), parts, []), dict[str, int]()
    for n, (due, part) in enumerate(zip(case.dues, parts, strict=True)):
        if due.party is None:
            giving.out[due.account] += part
            continue
        still = [share for share in case.kept if share.n == n and not share.to]
        gone = [share for share in case.kept if share.n == n and share.to]
        for share in (*still, *gone):
            now = min(part, share.minor)
            part -= now
            giving.of_kept.append((share, now))
            if share.to:
                _owes(world, giving.out, spare, share.to, case.currency, now)
            else:
                giving.out[f"withheld:{share.of}:{share.party}"] += now
        _owes(world, giving.out, spare, due.party, case.currency, part)
    return giving


def _owes(world: World, out: Counter[str], spare: dict[str, int], party: str, currency: str, minor: int) -> None:
    path = f"payable:party:{party}"
    now = min(minor, spare.setdefault(path, world.held(path, currency)))
    spare[path] -= now
    out[path] += now
    out[f"clawback:party:{party}"] += minor - now


def giving_parts(world: World, case: Case, minor: int) -> list[Part]:
    """The product's answer."""
    parts = portions(Money(minor, case.currency), [due.left for due in case.dues])
    returned = [
        Returned(n, due.account, due.party, part.minor)
        for n, (due, part) in enumerate(zip(case.dues, parts, strict=True))
    ]
    kept = [
        HeldPart(share.id, share.n, book.withheld(share.of, share.party), share.to or None, share.minor)
        for share in case.kept
    ]
    parties = {due.party for due in case.dues} | {share.to for share in case.kept}
    payable = {book.payable(party): world.held(book.payable(party), case.currency) for party in parties if party}
    return [Part(each.account, Money(each.minor, case.currency)) for each in sources(returned, kept, payable)]


def given(world: World, case: Case, giving: Giving) -> None:
    """The shares are less by what they gave, and what was kept back of them too."""
    for due, minor in zip(case.dues, giving.of_due, strict=True):
        due.left -= minor
    for share, minor in giving.of_kept:
        share.minor -= minor
        if not share.minor and not share.to:
            world.drop("kept", share)
            case.kept.remove(share)


def into(currency: str, out: Counter[str], account: str) -> Moves:
    """Amounts that leave several accounts for one."""
    moves: Moves = Counter()
    for path, minor in out.items():
        if minor:
            moves.update(move(currency, path, (account, minor)))
    return moves


def part_or_whole(world: World, minor: int) -> int:
    return minor if world.dice.random() < 0.4 else world.part(minor)


def refund(world: World, case: Case, minor: int) -> Case:
    """What is set aside to go back, and waits to be sent."""
    return Case(world.id("rfd"), minor, case.currency, case.party, case.id)


@act(4)
def paid_order_is_refunded(world: World) -> Turn | None:
    """In part, and it goes on with less; or as a whole, and it ends."""
    if (order := world.pick("paid")) is None:
        return None
    back = refund(world, order, part_or_whole(world, order.minor))
    moves = move(order.currency, f"escrow:order:{order.id}", (f"refunding:order:{order.id}", back.minor))
    entry = refund_book.set_aside(back.id, order.id, [Part(book.escrow(order.id), back.money)])

    def done() -> None:
        order.minor -= back.minor
        order.card = min(order.card, order.minor)
        world.put("refunding", back)
        if not order.minor:
            world.drop("paid", order)

    return Turn("refund-begun", [entry], moves, done)


@act(6)
def shared_amount_is_refunded(world: World) -> Turn | None:
    """Of what was shared out, every share gives by what is left of it; after the last part nothing is left of any."""
    if (case := world.pick("shared")) is None:
        return None
    back = refund(world, case, part_or_whole(world, sum(due.left for due in case.dues)))
    giving = expected_giving(world, case, back.minor)
    entry = refund_book.set_aside(back.id, case.id, giving_parts(world, case, back.minor))

    def done() -> None:
        given(world, case, giving)
        case.card = max(0, case.card - back.minor)
        world.put("refunding", back)
        if not any(due.left for due in case.dues):
            world.drop("shared", case)

    return Turn("refund-shared", [entry], into(case.currency, giving.out, f"refunding:order:{case.id}"), done)


@act(1)
def top_up_is_refunded(world: World) -> Turn | None:
    if (case := world.pick("top-up")) is None:
        return None
    held = f"prepaid:party:{case.party}"
    if (left := min(case.minor, world.held(held, case.currency))) <= 0:
        return None
    back = refund(world, case, part_or_whole(world, left))
    entry = refund_book.set_aside(back.id, case.id, [Part(book.prepaid(case.party), back.money)])

    def done() -> None:
        case.minor -= back.minor
        case.card = min(case.card, case.minor)
        world.put("refunding", back)
        if not case.minor:
            world.drop("top-up", case)

    return Turn("refund-top-up", [entry], move(case.currency, held, (f"refunding:order:{case.id}", back.minor)), done)


@act(12)
def refund_is_sent(world: World) -> Turn | None:
    """To the bank or the card, or to the balance of whoever paid."""
    if (back := world.pick("refunding")) is None:
        return None
    back.path = world.dice.choice((*map(str, Source), f"prepaid:party:{back.party}"))
    moves = move(back.currency, f"refunding:order:{back.of}", (back.path, back.minor))
    entry = refund_book.sent(back.id, back.tries, back.of, back.money, back.path)

    def done() -> None:
        world.drop("refunding", back)
        if back.path == CARD:
            world.put("refunded", back)

    return Turn("refund", [entry], moves, done)


@act(1)
def refund_comes_back(world: World) -> Turn | None:
    """The card's bank has not taken it: it is owed again, and is sent another way."""
    if (back := world.pick("refunded")) is None:
        return None
    entry = refund_book.came_back(back.id, back.tries, back.of, back.money, CARD)
    moves = move(back.currency, CARD, (f"refunding:order:{back.of}", back.minor))

    def done() -> None:
        back.tries += 1
        world.drop("refunded", back)
        world.put("refunding", back)

    return Turn("refund-back", [entry], moves, done)


@act(1)
def debt_is_written_off(world: World) -> Turn | None:
    party, currency = world.dice.choice(world.parties), world.dice.choice(("CNY", "USD", "EUR"))
    if (debt := -world.held(f"clawback:party:{party}", currency)) <= 0:
        return None
    minor = world.part(debt)
    entry = refund_book.written_off(world.id("cwo"), party, Money(minor, currency))
    return Turn("write-off", [entry], move(currency, "platform:loss", (f"clawback:party:{party}", minor)), lambda: None)


def disputed(world: World, case: Case) -> tuple[Case, list[Entry], Moves]:
    """The gateway takes an amount, with a fee of its own."""
    dispute = Case(world.id("cdp"), part_or_whole(world, case.card), case.currency, case.party, about=case)
    fee = world.dice.choice((0, 1_500))
    entry = dispute_book.withdrawn(dispute.id, case.id, dispute.money, Money(fee, case.currency))
    moves = move(case.currency, f"disputed:{dispute.id}", (CARD, dispute.minor))
    moves.update(move(case.currency, "platform:costs", (CARD, fee)))
    return dispute, [entry], moves


@act(3)
def paid_order_is_disputed(world: World) -> Turn | None:
    """Nothing is refunded of it meanwhile; it may be settled, and then everybody's share of it is kept back."""
    if (order := world.pick("paid")) is None or not order.card:
        return None
    dispute, entries, moves = disputed(world, order)

    def done() -> None:
        world.drop("paid", order)
        world.put("dispute", dispute)

    return Turn("dispute-paid", entries, moves, done)


@act(2)
def disputed_order_is_settled(world: World) -> Turn | None:
    if (dispute := world.pick("dispute")) is None or (order := dispute.about) is None or order.dues:
        return None
    if order.id.startswith("pay") or not order.minor:
        return None
    entry, moves, follow = shares_out(world, order.id, f"escrow:order:{order.id}", order, all_kept=dispute.id)
    return Turn("settle-disputed", [entry], moves, follow)


@act(3)
def shared_order_is_disputed(world: World) -> Turn | None:
    """What is still payable of each party's part of it is kept back."""
    order = world.pick("shared")
    if order is None or not order.card:
        return None
    dispute, entries, moves = disputed(world, order)
    left = [due.left for due in order.dues]
    minor = min(dispute.minor, sum(left))
    parts = oracle.largest_remainder(minor, [Fraction(minor * each, sum(left)) for each in left])
    spare, kept = dict[str, int](), []
    for n, (due, part) in enumerate(zip(order.dues, parts, strict=True)):
        if due.party is None:
            continue
        now = min(part, spare.setdefault(due.account, world.held(due.account, order.currency)))
        spare[due.account] -= now
        if now:
            share = Case(world.id("wth"), now, order.currency, due.party, order.of, n=n, reason=dispute.id, about=order)
            entries.append(book.kept_back(share.id, share.of, share.party, share.money))
            moves.update(move(order.currency, due.account, (f"withheld:{share.of}:{share.party}", now)))
            kept.append(share)

    def done() -> None:
        world.drop("shared", order)
        world.put("dispute", dispute)
        order.kept += kept
        for share in kept:
            world.put("kept", share)

    return Turn("dispute-shared", entries, moves, done)


@act(2)
def top_up_is_disputed(world: World) -> Turn | None:
    if (case := world.pick("top-up")) is None or not case.card:
        return None
    dispute, entries, moves = disputed(world, case)

    def done() -> None:
        world.drop("top-up", case)
        world.put("dispute", dispute)

    return Turn("dispute-top-up", entries, moves, done)


def released(dispute: Case, case: Case) -> tuple[list[Case], list[Entry], Moves]:
    """What is kept back for a dispute still goes to whose it is."""
    shares = [share for share in case.kept if share.reason == dispute.id and not share.to]
    moves: Moves = Counter()
    for share in shares:
        held = f"withheld:{share.of}:{share.party}"
        moves.update(move(share.currency, held, (f"payable:party:{share.party}", share.minor)))
    entries = [
        book.withheld_released(share.id, share.of, share.party, share.party, share.money)
        for share in shares
        if share.minor
    ]
    return shares, entries, moves


def over(world: World, dispute: Case, case: Case, shares: Sequence[Case]) -> None:
    """The dispute is over, and what was paid goes on with what is left of it."""
    for share in shares:
        if share.state == "kept":
            world.drop("kept", share)
        if share in case.kept:
            case.kept.remove(share)
    world.drop("dispute", dispute)
    if case.dues:
        if any(due.left for due in case.dues):
            world.put("shared", case)
    elif case.minor:
        world.put("top-up" if case.id.startswith("pay") else "paid", case)


@act(1)
def dispute_is_won(world: World) -> Turn | None:
    if (dispute := world.pick("dispute")) is None or (case := dispute.about) is None:
        return None
    entry = dispute_book.reinstated(dispute.id, case.id, dispute.money, Money(0, case.currency))
    shares, entries, moves = released(dispute, case)
    moves.update(move(case.currency, CARD, (f"disputed:{dispute.id}", dispute.minor)))
    return Turn("dispute-won", [entry, *entries], moves, lambda: over(world, dispute, case, shares))


@act(1)
def dispute_is_lost(world: World) -> Turn | None:
    """Those that have the money give it, and the centre bears what nobody has.

    Where a card paid a price beside a deposit and all that it paid is lost, the order ends and the deposit goes back.
    """
    if (dispute := world.pick("dispute")) is None or (case := dispute.about) is None:
        return None
    if case.dues:
        return _lost_of_shares(world, dispute, case)
    return _lost_of_top_up(world, dispute, case) if case.id.startswith("pay") else _lost_of_escrow(world, dispute, case)


def _lost(dispute: Case, case: Case, parts: list[Part]) -> Entry:
    rest = dispute.minor - sum(part.money.minor for part in parts)
    return dispute_book.lost(dispute.id, case.id, [*parts, Part(book.LOSS, Money(rest, case.currency))])


def _lost_of_shares(world: World, dispute: Case, case: Case) -> Turn:
    minor = min(dispute.minor, sum(due.left for due in case.dues))
    giving = expected_giving(world, case, minor)
    lost = _lost(dispute, case, giving_parts(world, case, minor))
    out = giving.out + Counter({"platform:loss": dispute.minor - minor})
    taken = Counter({share.id: minor for share, minor in giving.of_kept})
    shares = [share for share in case.kept if share.reason == dispute.id and not share.to]
    moves, entries = into(case.currency, out, f"disputed:{dispute.id}"), [lost]
    for share in shares:
        if rest := share.minor - taken[share.id]:
            held, to = f"withheld:{share.of}:{share.party}", f"payable:party:{share.party}"
            moves.update(move(case.currency, held, (to, rest)))
            money = Money(rest, case.currency)
            entries.append(book.withheld_released(share.id, share.of, share.party, share.party, money))

    def done() -> None:
        given(world, case, giving)
        case.card -= dispute.minor
        over(world, dispute, case, shares)

    return Turn("dispute-lost-shared", entries, moves, done)


def _lost_of_top_up(world: World, dispute: Case, case: Case) -> Turn:
    held = f"prepaid:party:{case.party}"
    free = min(dispute.minor, max(0, world.held(held, case.currency)))
    owed = dispute.minor - free
    pairs = ((book.prepaid(case.party), free), (book.clawback(case.party), owed))
    lost = _lost(dispute, case, [Part(path, Money(minor, case.currency)) for path, minor in pairs if minor])
    out = Counter({held: free, f"clawback:party:{case.party}": owed})

    def done() -> None:
        case.minor -= dispute.minor
        case.card -= dispute.minor
        over(world, dispute, case, ())

    return Turn("dispute-lost-top-up", [lost], into(case.currency, out, f"disputed:{dispute.id}"), done)


def _lost_of_escrow(world: World, dispute: Case, case: Case) -> Turn:
    escrow, minor = f"escrow:order:{case.id}", min(dispute.minor, case.minor)
    entries = [_lost(dispute, case, [Part(escrow, Money(minor, case.currency))] if minor else [])]
    out = Counter({escrow: minor, "platform:loss": dispute.minor - minor})
    moves, rest = into(case.currency, out, f"disputed:{dispute.id}"), case.minor - minor
    ends = [refund(world, case, rest)] if rest and dispute.minor == case.card else []
    for back in ends:
        entries.append(refund_book.set_aside(back.id, case.id, [Part(escrow, back.money)]))
        moves.update(move(case.currency, escrow, (f"refunding:order:{case.id}", rest)))

    def done() -> None:
        case.minor, case.card = 0 if ends else rest, case.card - dispute.minor
        for back in ends:
            world.put("refunding", back)
        over(world, dispute, case, ())

    return Turn("dispute-lost-paid", entries, moves, done)
