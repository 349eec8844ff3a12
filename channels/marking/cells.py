"""Which rows of a copy bear a mark, in which column, and what it says: drawn by the delivery's key; pure.

Every row has a name of 128 bits, the digest of its primary key; encrypted under the delivery's key (AES-256, one block
a row) it gives 128 bits that nobody can tell from chance without that key. A mark is the parity of a value counted in
steps (Agrawal and Kiernan, Watermarking Relational Databases, VLDB 2002).
"""

import hashlib
from collections.abc import Iterable, Sequence
from decimal import Context, Decimal
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ROWS_PER_MARK: Final = 10
"""One row in so many bears a mark; of the form of marks, as the keys are: another number finds nothing."""
STEPS_MAX: Final = Decimal(10**15)
"""A value of more steps bears no mark: a number of 64 bits would no longer tell one step."""
NAME_BYTES: Final = 16
_DIGITS: Final = Context(prec=100)
_HALF: Final = Decimal("0.5")

Bits = npt.NDArray[np.uint64]


class Draws(msgspec.Struct, frozen=True):
    """What a key draws for rows, an array each: whether a row is marked, the place of its column, bit and direction.

    `omitted` says which rows are left out of the copy.
    """

    marked: npt.NDArray[np.bool_]
    column: Bits
    bit: Bits
    up: Bits
    omitted: npt.NDArray[np.bool_]


def names_of_rows(frame: pl.DataFrame, key: Sequence[str]) -> bytes:
    """The names of rows, 16 bytes each, by the columns of their key, none of which is empty.

    Each text has its length before it, so that no two rows have one name: their marks would agree or fail together.
    """
    texts = [pl.col(name).cast(pl.String) for name in key]
    parts = [part for text in texts for part in (text.str.len_bytes().cast(pl.String), pl.lit(":"), text)]
    told = frame.select(pl.concat_str(parts)).to_series()
    return b"".join(hashlib.blake2b(each.encode(), digest_size=NAME_BYTES).digest() for each in told)


def draws(names: bytes, key: bytes, columns: int, omits_one_in: int | None) -> Draws:
    """What a delivery's key draws for rows of these names, of a table with so many marked columns."""
    # Each name is encrypted once: as a keyed permutation of distinct blocks, which is what ECB is.
    encryptor = Cipher(algorithms.AES256(key), modes.ECB()).encryptor()  # noqa: S305
    drawn = np.frombuffer(encryptor.update(names) + encryptor.finalize(), dtype="<u8").reshape(-1, 2)
    first, second = drawn[:, 0], drawn[:, 1]
    left_out = np.zeros(len(first), dtype=bool) if omits_one_in is None else (second >> 2) % omits_one_in == 0
    return Draws(
        marked=first % ROWS_PER_MARK == 0,
        column=(first // ROWS_PER_MARK) % columns,
        bit=second & np.uint64(1),
        up=(second >> np.uint64(1)) & np.uint64(1),
        omitted=left_out,
    )


def decimals(values: pl.Series) -> list[Decimal | None]:
    """Numbers as they are written, exactly: a float by its shortest digits, None for what is empty or no number."""
    if values.dtype.is_integer() or isinstance(values.dtype, pl.Decimal):
        return [None if each is None else Decimal(each) for each in values]
    there, numbers = values.is_not_null(), values.to_numpy()
    return [Decimal(str(number)) if given else None for number, given in zip(numbers, there, strict=True)]


def steps_in(value: Decimal | None, step: Decimal) -> int | None:
    """How many steps a value is, rounded half up; None for what bears no mark: nothing, nought, or too many steps."""
    if value is None or not value.is_finite() or not value or abs(value) >= step * STEPS_MAX:
        return None
    shifted = _DIGITS.add(value, _DIGITS.multiply(step, _HALF))
    whole = _DIGITS.divide_int(shifted, step)
    below = shifted < 0 and _DIGITS.multiply(whole, step) != shifted
    return int(whole) - int(below)


def parities(values: Iterable[Decimal | None], step: Decimal) -> npt.NDArray[np.int8]:
    """The parity of each value in steps, −1 for what bears no mark."""
    found = (steps_in(each, step) for each in values)
    return np.fromiter((-1 if steps is None else steps & 1 for steps in found), dtype=np.int8)


def typed(values: Sequence[Decimal], dtype: pl.DataType) -> pl.Series:
    """Numbers in the type of a column, which holds them."""
    if dtype.is_integer():
        return pl.Series([int(each) for each in values], dtype=dtype)
    plain: list[Any] = list(values) if isinstance(dtype, pl.Decimal) else [float(each) for each in values]
    return pl.Series(plain, dtype=dtype)
