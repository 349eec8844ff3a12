"""Ways to damage bytes and documents."""

import copy
import json
import random
from typing import Any

HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 1e308, -1e400, 2**53, 2**64, 10**400, "", " ", "\x00", "\ud800", "{object}", "${x}",
    "{0}", "%s", "null", "NaN", "../../etc/passwd", "=1+1", "'; DROP TABLE t; --", "(a+)+$", "[" * 300, "(" * 300, "\\",
    "a" * 300, "9" * 5000, "２０２６", "é" * 250, "v3.9.9", "t.a", "t.a.b.c", "9999-12-31", "0000-00-00", "x|y", [], {},
    [None], [[]], [{}], {"": None}, {"name": None}, [1, "a"], [3, 1],
)  # fmt: skip
SQL = (
    "SELECT COUNT(*) FROM {object} WHERE", "SELECT", "a", "(", ")", "=", "<>", "AND", "NOT", "NULL", "IS", "IN", "LIKE",
    "'%'", "1e999", "/ 0", "COUNT(*)", "SUM(", "FROM t", "UNION", "CASE", "CAST(", "AS DATE", "{property}", "--", ";",
    "*", "DISTINCT", "'2026-01-01'", "REGEXP_MATCHES(", "x'00'", "BETWEEN", "COALESCE(", "CURRENT_DATE", "::", "[1]",
    "->",
)  # fmt: skip


def deep(chance: random.Random) -> Any:
    """Something nested, perhaps absurdly."""
    value: Any = chance.choice(HOSTILE)
    key = chance.choice(("properties", "items", "x"))
    for _ in range(chance.choice((3, 30, 200))):
        value = [value] if chance.random() < 0.5 else {key: value}
    return value


def damaged_bytes(raw: bytes, chance: random.Random) -> bytes:
    """Flip, cut, insert, repeat, drop and move bytes."""
    data = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 3, 8, 40))):
        if not data:
            break
        at, length = chance.randrange(len(data)), chance.choice((1, 2, 4, 16, 200))
        match chance.randrange(7):
            case 0 | 1:
                data[at] = chance.randrange(256)
            case 2:
                data[at] ^= 1 << chance.randrange(8)
            case 3:
                data[at:at] = bytes(chance.randrange(256) for _ in range(length))
            case 4:
                del data[at : at + length]
            case 5:
                data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))
            case _:
                data[at : at + length] = chance.choice((b"\xff", b"\x00", b'"', b"\n", b",", b"{", b"]")) * length
    return bytes(data[: chance.randrange(len(data) + 1)] if chance.random() < 0.15 else data)


def damaged_document(document: Any, chance: random.Random) -> Any:
    """Replace, remove, rename, repeat and exchange parts of a document."""
    found = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        places = list(_places(found))
        holder, key = chance.choice(places)
        match chance.randrange(8):
            case 0 | 1:
                holder[key] = copy.deepcopy(chance.choice(HOSTILE))
            case 2:
                holder[key] = deep(chance)
            case 3:
                del holder[key]
            case 4:
                other, name = chance.choice(places)
                if _has(other, name) and _has(holder, key):
                    holder[key], other[name] = copy.deepcopy(other[name]), copy.deepcopy(holder[key])
            case 5:
                _grow(holder, key, chance)
            case _:
                if isinstance(holder.get(key) if isinstance(holder, dict) else holder[key], str):
                    holder[key] = _worded(str(holder[key]), chance)
        if not list(_places(found)):
            break
    return found


def _has(holder: Any, key: Any) -> bool:
    return key in holder if isinstance(holder, dict) else isinstance(key, int) and key < len(holder)


def _grow(holder: Any, key: Any, chance: random.Random) -> None:
    if isinstance(holder, list):
        holder.extend(copy.deepcopy(holder[key]) for _ in range(chance.choice((1, 20))))
    else:
        holder[f"{key}{chance.choice(('', 's', '2', '~/'))}"] = holder.pop(key)


def _worded(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(words) + 1)
        words[at:at] = [str(chance.choice(SQL))]
        if chance.random() < 0.5:
            del words[chance.randrange(len(words))]
    return " ".join(words)


def _places(node: Any) -> Any:
    if isinstance(node, dict | list):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            yield node, key
            yield from _places(node[key])


def text_of(document: Any, chance: random.Random) -> bytes:
    """The document as somebody might send it: as JSON, and sometimes with broken bytes."""
    text = json.dumps(document, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    return damaged_bytes(text, chance) if chance.random() < 0.2 else text
