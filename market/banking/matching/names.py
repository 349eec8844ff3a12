"""When two writings name one organisation."""

import unicodedata


def name_key(name: str) -> str:
    """What two writings of a name have in common: width, case, blanks and punctuation make no difference."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in plain if each.isalnum())


def same_name(one: str | None, other: str) -> bool:
    """Whether a name that a bank wrote is this one; what the bank left out is nobody's."""
    return one is not None and name_key(one) != "" and name_key(one) == name_key(other)


def account_key(number: str) -> str:
    """What two writings of an account number have in common."""
    return "".join(each for each in unicodedata.normalize("NFKC", number).upper() if each.isalnum())
