"""What happens in the market at random; see `world`. Each act says what it books, and beside it what that must move."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from kernel.money import Money
from market.clawbacks import rules
from market.ledger import bank_book, book, refund_book
from market.ledger.book import Entry, Leg, Part, Share, Source
from tests.market.ledger.world import ACCOUNT, CURRENCIES, Act, Case, Turn, World, move, shares_out

BANK: Final = f"world:bank:{ACCOUNT}"
ACTS: Final[list[Act]] = []


def act(often: int) -> Callable[[Act], Act]:
    """Something that happens, so many times as often as what is rare."""

    def register(what: Act) -> Act:
        ACTS.extend([what] * often)
        return what

    return register


def new(world: World, prefix: str) -> Case:
    made = world.id(prefix)
    return Case(made, world.amount(), world.dice.choice(CURRENCIES), world.dice.choice(world.parties), made)


@act(14)
def order_paid(world: World) -> Turn:
    case, source = new(world, "ord"), world.dice.choice(list(Source))
    case.card = case.minor if source is Source.STRIPE else 0
    entry = book.sale_received(case.id, case.money, source)
    moves = move(case.currency, str(source), (f"escrow:order:{case.id}", case.minor))
    return Turn("sale", [entry], moves, lambda: world.put("paid", case))


@act(6)
def line_comes(world: World) -> Turn:
    case = new(world, "ben")
    moves = move(case.currency, BANK, (f"suspense:{case.id}", case.minor))
    entry = bank_book.received(case.id, ACCOUNT, case.money)
    return Turn("line", [entry], moves, lambda: world.put("line", case))


@act(2)
def line_pays_an_order(world: World) -> Turn | None:
    """Exactly, with too much that is kept for its payer, or less by a bank's fee that the centre bears."""
    if (line := world.pick("line")) is None:
        return None
    held, kind = f"suspense:{line.id}", world.dice.choice(("exact", "over", "short"))
    order = Case(world.id("ord"), line.minor, line.currency, line.party)
    order.of = order.id
    entries, moves = [], Counter()
    if kind == "over" and line.minor > 1:
        order.minor = world.part(line.minor - 1)
        rest = line.minor - order.minor
        entries.append(bank_book.prepaid_by(line.id, line.party, Money(rest, line.currency)))
        moves.update(move(line.currency, held, (f"prepaid:party:{line.party}", rest)))
    elif kind == "short":
        order.minor += 5
        entries.append(bank_book.shortfall(line.id, Money(5, line.currency)))
        moves.update(move(line.currency, "platform:costs", (held, 5)))
    entries.append(book.sale_received(order.id, order.money, held))
    moves.update(move(line.currency, held, (f"escrow:order:{order.id}", order.minor)))

    def done() -> None:
        world.drop("line", line)
        world.put("paid", order)

    return Turn(f"line-{kind}", entries, moves, done)


@act(1)
def line_joins_another(world: World) -> Turn | None:
    """Parts of one payment come one by one; the earlier is put to the later."""
    part, whole = world.pick("line"), world.pick("line")
    if part is None or whole is None or part is whole or part.currency != whole.currency:
        return None

    def done() -> None:
        world.drop("line", part)
        whole.minor += part.minor

    entry = bank_book.joined(part.id, whole.id, part.money)
    return Turn("join", [entry], move(part.currency, f"suspense:{part.id}", (f"suspense:{whole.id}", part.minor)), done)


@act(1)
def line_goes_back(world: World) -> Turn | None:
    """What nobody expected is set aside under the order that was paid already, or goes straight back."""
    if (line := world.pick("line")) is None:
        return None
    held = f"suspense:{line.id}"
    if world.dice.random() < 0.5:
        entry = bank_book.sent_back(line.id, held, ACCOUNT, line.money)
        return Turn(
            "line-back", [entry], move(line.currency, held, (BANK, line.minor)), lambda: world.drop("line", line)
        )
    line.of = line.of.replace("ben_", "ord_")
    entry = bank_book.set_to_refund(line.id, line.of, line.money)
    moves = move(line.currency, held, (f"refunding:order:{line.of}", line.minor))
    return Turn("line-to-refund", [entry], moves, world.moved("line", line, "refunding-line"))


@act(1)
def line_is_sent_back(world: World) -> Turn | None:
    if (line := world.pick("refunding-line")) is None:
        return None
    held = f"refunding:order:{line.of}"
    entry = bank_book.sent_back(line.id, held, ACCOUNT, line.money)
    moves = move(line.currency, held, (BANK, line.minor))
    return Turn("line-returned", [entry], moves, lambda: world.drop("refunding-line", line))


@act(1)
def bank_charges(world: World) -> Turn:
    case = new(world, "ben")
    moves = move(case.currency, "platform:costs", (BANK, case.minor))
    return Turn("charge", [bank_book.charged(case.id, ACCOUNT, case.money)], moves, lambda: None)


@act(1)
def seen_at_bank(world: World) -> Turn:
    case, credit = new(world, "ben"), world.dice.random() < 0.5
    ends = (BANK, "world:bank") if credit else ("world:bank", BANK)
    entry = bank_book.seen_at_bank(case.id, ACCOUNT, case.money, credit=credit)
    return Turn("seen", [entry], move(case.currency, ends[0], (ends[1], case.minor)), lambda: None)


SHARED_MAX: Final = 500
"""Orders and bills that are shared out and still looked at; what is shared out beyond stays as it is."""


def shared(world: World, case: Case, follow: Callable[[], None]) -> None:
    """An amount has been shared out: what of it is kept back waits, and all of it may have to go back."""
    follow()
    if len(world.waiting.get("shared", ())) < SHARED_MAX:
        world.put("shared", case)


@act(8)
def settles(world: World) -> Turn | None:
    if (order := world.pick("paid")) is None:
        return None
    entry, moves, follow = shares_out(world, order.id, f"escrow:order:{order.id}", order)

    def done() -> None:
        world.drop("paid", order)
        shared(world, order, follow)

    return Turn("settle", [entry], moves, done)


@act(1)
def settles_as_before_trees(world: World) -> Turn | None:
    if (order := world.pick("paid")) is None:
        return None
    fee = world.dice.randint(0, order.minor)
    share = Share(order.party, Money(order.minor - fee, order.currency))
    entry = book.release(order.id, order.money, Money(fee, order.currency), [share])
    into = (("platform:fees", fee), (f"payable:party:{order.party}", order.minor - fee))
    return Turn(
        "release", [entry], move(order.currency, f"escrow:order:{order.id}", *into), lambda: world.drop("paid", order)
    )


@act(2)
def share_is_kept_back_later(world: World) -> Turn | None:
    """Of one share of an order, what is payable still."""
    if (order := world.pick("shared")) is None:
        return None
    n = world.dice.randrange(len(order.dues))
    due = order.dues[n]
    kept = sum(share.minor for share in order.kept if share.n == n)
    if due.party is None or (left := min(due.left - kept, world.held(due.account, order.currency))) <= 0:
        return None
    share = Case(world.id("wth"), world.part(left), order.currency, due.party, order.of, n=n, about=order)
    entry = book.kept_back(share.id, share.of, due.party, share.money)
    moves = move(share.currency, due.account, (f"withheld:{share.of}:{due.party}", share.minor))

    def done() -> None:
        order.kept.append(share)
        world.put("kept", share)

    return Turn("keep-back", [entry], moves, done)


@act(10)
def share_is_decided(world: World) -> Turn | None:
    """Its party gets it, or somebody else whose it turned out to be, and who gives it back if it comes to that."""
    if (share := world.pick("kept")) is None:
        return None
    to = share.party if world.dice.random() < 0.7 else world.dice.choice(world.parties)
    entry = book.withheld_released(share.id, share.of, share.party, to, share.money)
    moves = move(share.currency, f"withheld:{share.of}:{share.party}", (f"payable:party:{to}", share.minor))

    def done() -> None:
        world.drop("kept", share)
        if to != share.party:
            share.to = to
        elif share.about is not None:
            share.about.kept.remove(share)

    return Turn("withheld-released", [entry], moves, done)


@act(2)
def service_is_credited(world: World) -> Turn | None:
    """Out of what is held for the order, and out of what is payable to its provider from others."""
    if (order := world.pick("paid")) is None:
        return None
    buyer, parts = world.dice.choice(world.parties), []
    if order.minor > 1:
        parts.append((f"escrow:order:{order.id}", world.part(order.minor - 1)))
    if (owed := world.held(f"payable:party:{order.party}", order.currency)) > 0:
        parts.append((f"payable:party:{order.party}", world.part(owed)))
    if not parts:
        return None
    moves: Counter[tuple[str, str]] = Counter()
    for path, minor in parts:
        moves.update(move(order.currency, path, (f"prepaid:party:{buyer}", minor)))

    def done() -> None:
        order.minor -= sum(minor for path, minor in parts if path.startswith("escrow:"))
        order.card = min(order.card, order.minor)

    taken = [Part(path, Money(minor, order.currency)) for path, minor in parts]
    return Turn(
        "credit", [book.service_credit(world.id("slw"), world.dice.randint(1, 2), order.id, buyer, taken)], moves, done
    )


@act(4)
def balance_is_topped_up(world: World) -> Turn:
    case, source = new(world, "pay"), world.dice.choice(list(Source))
    entry = book.topped_up(case.id, case.party, case.money, source)
    moves = move(case.currency, str(source), (f"prepaid:party:{case.party}", case.minor))
    case.card = case.minor if source is Source.STRIPE else 0

    def done() -> None:
        if len(world.waiting.get("top-up", ())) < SHARED_MAX:
            world.put("top-up", case)

    return Turn("top-up", [entry], moves, done)


@act(4)
def bill_is_paid(world: World) -> Turn | None:
    party, currency = world.dice.choice(world.parties), world.dice.choice(CURRENCIES)
    if (held := world.held(f"prepaid:party:{party}", currency)) <= 0:
        return None
    bill = Case(world.id("bil"), world.part(held), currency, party, world.id("ord"))
    entry, moves, follow = shares_out(world, bill.id, f"prepaid:party:{party}", bill)
    return Turn("bill", [entry], moves, lambda: shared(world, bill, follow))


@act(5)
def payout_begins(world: World) -> Turn | None:
    """What its party owes for refunds is set off first, by half of what is due at most (set-off rate 0.5)."""
    party, currency = world.dice.choice(world.parties), world.dice.choice(CURRENCIES)
    if (owed := world.held(f"payable:party:{party}", currency)) <= 0:
        return None
    debt = max(0, -world.held(f"clawback:party:{party}", currency))
    payout = Case(world.id("pyt"), owed - min(debt, owed // 2), currency, party)
    taken, entries = rules.set_off(debt, owed, rules.POLICY.version("2026-11").body), []
    if taken:
        entries.append(refund_book.set_off(payout.id, party, Money(taken, currency)))
    entries.append(bank_book.payout_begun(payout.id, party, Money(owed - taken, currency)))
    into = ((f"clawback:party:{party}", owed - payout.minor), (f"payout:{payout.id}", payout.minor))
    moves = move(currency, f"payable:party:{party}", *into)
    return Turn("payout-set-off" if taken else "payout-begun", entries, moves, lambda: world.put("payout", payout))


@act(5)
def payout_leaves_or_not(world: World) -> Turn | None:
    if (payout := world.pick("payout")) is None:
        return None
    transit = f"payout:{payout.id}"
    if world.dice.random() < 0.2:
        entry = bank_book.payout_undone(payout.id, payout.party, payout.money)
        moves = move(payout.currency, transit, (f"payable:party:{payout.party}", payout.minor))
        return Turn("payout-undone", [entry], moves, lambda: world.drop("payout", payout))
    payout.path = world.dice.choice((BANK, "world:stripe"))
    entry = bank_book.payout_confirmed(payout.id, payout.path, payout.money)
    moves = move(payout.currency, transit, (payout.path, payout.minor))
    return Turn("payout-confirmed", [entry], moves, world.moved("payout", payout, "sent"))


@act(1)
def payout_comes_back(world: World) -> Turn | None:
    """In one unit it comes back and is owed again; the next payout pays it again."""
    if (payout := world.pick("sent")) is None:
        return None
    entries = [
        bank_book.payout_came_back(payout.id, payout.path, payout.money),
        bank_book.payout_undone(payout.id, payout.party, payout.money),
    ]
    moves = move(payout.currency, payout.path, (f"payable:party:{payout.party}", payout.minor))
    return Turn("payout-back", entries, moves, lambda: world.drop("sent", payout))


@act(1)
def paid_out_at_once(world: World) -> Turn | None:
    party, currency = world.dice.choice(world.parties), world.dice.choice(CURRENCIES)
    if (owed := world.held(f"payable:party:{party}", currency)) <= 0:
        return None
    part = world.part(owed)
    entry = book.payout(world.id("trf"), party, Money(part, currency), Source.BANK)
    return Turn("payout", [entry], move(currency, f"payable:party:{party}", ("world:bank", part)), lambda: None)


@act(2)
def deposit_comes(world: World) -> Turn:
    case = new(world, "bdr")
    moves = move(case.currency, BANK, (f"deposit:bid:{case.id}", case.minor))
    return Turn("deposit", [book.deposit_held(case.id, case.money, BANK)], moves, lambda: world.put("deposit", case))


@act(2)
def deposit_is_decided(world: World) -> Turn | None:
    """It goes back, is set off against the price of what was won, or a part or all of it is forfeited to the seller."""
    if (case := world.pick("deposit")) is None:
        return None
    held, back = f"deposit:bid:{case.id}", f"refunding:order:{case.id}"
    way = world.dice.random()
    if way < 0.3:
        return _set_off(world, case)
    if way < 0.6:
        moves = move(case.currency, held, (back, case.minor))
        done = world.moved("deposit", case, "releasing")
        return Turn("deposit-released", [book.deposit_released(case.id, case.money)], moves, done)
    seller, lost = world.dice.choice(world.parties), world.part(case.minor)
    rest = case.minor - lost
    entry = book.deposit_forfeited(case.id, seller, Money(lost, case.currency), Money(rest, case.currency))
    moves = move(case.currency, held, (f"payable:party:{seller}", lost), (back, rest))

    def forfeited() -> None:
        world.drop("deposit", case)
        case.minor = rest
        if rest:
            world.put("releasing", case)

    return Turn("deposit-forfeited", [entry], moves, forfeited)


def _set_off(world: World, deposit: Case) -> Turn:
    """The rest of the price comes from the bank or a card, and the deposit makes it whole."""
    order = Case(world.id("ord"), deposit.minor, deposit.currency, deposit.party)
    order.of, rest, source = order.id, world.amount(), world.dice.choice(list(Source))
    order.minor += rest
    order.card = rest if source is Source.STRIPE else 0
    escrow, held = f"escrow:order:{order.id}", f"deposit:bid:{deposit.id}"
    entries = [
        book.sale_received(order.id, Money(rest, order.currency), source),
        book.deposit_set_off(deposit.id, order.id, deposit.money),
    ]
    moves = move(order.currency, str(source), (escrow, rest))
    moves.update(move(order.currency, held, (escrow, deposit.minor)))

    def done() -> None:
        world.drop("deposit", deposit)
        world.put("paid", order)

    return Turn("deposit-set-off", entries, moves, done)


@act(2)
def deposit_returns(world: World) -> Turn | None:
    if (case := world.pick("releasing")) is None:
        return None
    moves = move(case.currency, f"refunding:order:{case.id}", (BANK, case.minor))
    entry = book.deposit_returned(case.id, case.money, BANK)
    return Turn("deposit-returned", [entry], moves, lambda: world.drop("releasing", case))


@act(1)
def money_is_changed(world: World) -> Turn | None:
    """What is owed in dollars is owed in yuan: each currency balances for itself, through the account of exchange."""
    party = world.dice.choice(world.parties)
    if (owed := world.held(f"payable:party:{party}", "USD")) <= 0:
        return None
    sold, path = world.part(owed), book.exchange("USD", "CNY")
    bought = max(1, sold * 71234 // 10000)
    legs = (
        Leg(book.payable(party), path, Money(sold, "USD")),
        Leg(path, book.payable(party), Money(bought, "CNY")),
    )
    moves = move("USD", f"payable:party:{party}", ("fx:USD-CNY", sold))
    moves.update(move("CNY", "fx:USD-CNY", (f"payable:party:{party}", bought)))
    return Turn("fx", [Entry(f"fx:{world.id('fxc')}", "exchanged", party, legs)], moves, lambda: None)
