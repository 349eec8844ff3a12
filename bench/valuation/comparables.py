"""The price band on real listings with a price, each left out in turn, beside two naive baselines."""

import csv
import math
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np

from valuation.audit.backtest import interval
from valuation.comparables import Priced, band

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "listings"
"""Where the listings lie when they are kept beside the repository; any other place is named on the command line."""
TRAITS = ("platform", "category", "category_aws", "update_frequency", "provider")

Guess = Callable[[Priced, list[Priced]], Decimal | None]


def listings(folder: Path) -> list[Priced]:
    """Every listing that shows a price; a price of 0 mostly means that none is shown."""
    found = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for i, row in enumerate(csv.DictReader(lines)):
                price = Decimal(row["price"] or "0")
                if price > 0:
                    traits = {name: row[name] for name in TRAITS}
                    words = f"{row['title']} {row['description'][:200]}"
                    found.append(Priced(f"{path.stem}-{i}", words, row["price_mode"], traits, price))
    return found


def ours(subject: Priced, others: list[Priced]) -> Decimal | None:
    """The middle of the band."""
    found = band(subject, others)
    return found.middle if found else None


def category(subject: Priced, others: list[Priced]) -> Decimal | None:
    """The median of the category."""
    alike = [each.price for each in others if each.traits["category_aws"] == subject.traits["category_aws"]]
    return statistics.median(alike) if alike else None


def everything(_: Priced, others: list[Priced]) -> Decimal | None:
    """The median of all."""
    return statistics.median(each.price for each in others)


GUESSES: dict[str, Guess] = {"band": ours, "category median": category, "global median": everything}


def errors(known: list[Priced], *, strangers: bool) -> dict[str, dict[str, list[float]]]:
    """Absolute log errors by segment and guess; with `strangers`, a provider's other listings are left out too.

    Only listings for which all three can say something are compared, so that nobody gains by silence.
    """
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for subject in known:
        own = subject.traits["provider"]
        others = [each for each in known if each is not subject and not (strangers and each.traits["provider"] == own)]
        guessed = {name: guess(subject, others) for name, guess in GUESSES.items()}
        if any(guess is None for guess in guessed.values()):
            continue
        for name, guess in guessed.items():
            assert guess is not None
            error = abs(math.log(guess / subject.price))
            for segment in ("all", subject.traits["platform"], subject.mode):
                found[segment][name].append(error)
    return found


def run(folder: Path = BESIDE) -> None:
    """Print the median absolute log error by segment; the listings are ZJU-DIVER/DaDaDa's (Apache-2.0), as CSV."""
    known = listings(folder) if folder.is_dir() else []
    if not known:
        print(
            f"no listings with a price in {folder}: the comparables are not measured; name a folder of CSV files with"
        )
        print("  python -m bench comparables --listings FOLDER\n")
        return
    for strangers, title in ((False, "each left out in turn"), (True, "with all of its provider's listings left out")):
        found = errors(known, strangers=strangers)
        print(f"price band of {len(known)} real listings with an asking price, {title}: median absolute log error")
        print(f"  {'segment':<38}{'n':>5}" + "".join(f"{name:>18}" for name in GUESSES) + f"{'band, 90 %':>18}")
        for segment, by in found.items():
            cells = "".join(f"{statistics.median(by[name]):>18.3f}" for name in GUESSES)
            low, high = interval(np.array(by["band"]), 2_000)
            print(f"  {segment:<38}{len(by['band']):>5}{cells}{f'{low:.3f} - {high:.3f}':>18}")
        medians = {name: statistics.median(found["all"][name]) for name in GUESSES}
        better = medians["band"] < min(medians["category median"], medians["global median"])
        print(f"  better than both overall: {'yes' if better else 'NO'}\n")


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:2]))
