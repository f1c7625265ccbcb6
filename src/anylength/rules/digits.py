"""Conversion of numbers between text, integers and digit arrays, in any base from 2 to 36.

Every function takes near-linear time, or uses fast big-integer arithmetic, so ten million digits are no problem. Python's limit of
4,300 digits for `int(text)` and `str(number)` does not apply. No JAX.
"""

import decimal
import sys

import numpy as np

from anylength.base import Digits, InputError, brief, quoted

DIGIT_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
"""The character of each digit value. Input may also use capital letters."""

GROUP_SEPARATORS = ",_ '\u2019\u00a0\u2009\u202f"
"""What people write between groups of digits: comma, underscore, space, two apostrophes, and three spaces that typesetters use."""

MAX_SHOWN_DIGITS, KEPT_DIGITS = 60, 24
"""A number with more digits is shortened: the first and last 24 stay, so that a line fits a terminal."""

_ASCII = np.frombuffer(DIGIT_CHARACTERS.encode(), np.uint8)
"""The ASCII code of each digit value."""

_NOT_A_DIGIT = 255
"""Entry of `_VALUES` for a character that is no digit. It is larger than every digit value."""

_BLOCK = 256
"""Numbers of at most this many digits are converted digit by digit. Below about this size, splitting costs more than it saves."""

_LEAF_BITS = 1024
"""`_decimal_text` splits numbers until they have at most this many bits, and lets `decimal` convert those."""


def check_base(base: int) -> int:
    """Returns `base`.

    Raises:
        InputError: `base` is not from 2 to 36.
    """
    if not 2 <= base <= len(DIGIT_CHARACTERS):
        raise InputError("a base from 2 to 36", str(base), "pass for example --base 10")
    return base


def _values() -> np.ndarray:
    """The digit value of each of the 256 bytes."""
    table = np.full(256, _NOT_A_DIGIT, np.uint8)
    table[_ASCII] = np.arange(len(DIGIT_CHARACTERS))
    table[np.frombuffer(DIGIT_CHARACTERS.upper().encode(), np.uint8)] = np.arange(len(DIGIT_CHARACTERS))
    return table


_VALUES = _values()


def from_text(text: str, base: int = 10) -> Digits:
    """The digits `[T]` of a number in usual notation, with or without separators: 1000 or 1,000. Leading zeros are kept.

    Raises:
        InputError: The text is empty, or contains a character that is no digit of the base (a sign, a point).
    """
    if not text:
        raise InputError("a number", "an empty string", "write at least one digit")
    digits = _values_of(without_separators(text))[::-1]
    largest = int(digits.max())
    if largest < base:
        return np.ascontiguousarray(digits)
    if largest == _NOT_A_DIGIT:
        raise InputError("digits only", quoted(text), "leave out signs and points; write for example 1000 or 1,000")
    remedy = f"leave out {DIGIT_CHARACTERS[largest]!r}, a digit of base {largest + 1} and up"
    raise InputError(f"digits of base {base}", quoted(text), remedy)


def without_separators(text: str) -> str:
    """The text without the separators between its groups of digits: 1,000 becomes 1000.

    One kind of separator, all groups of one size of 3 or more, the first one may be shorter. Any other text is returned as it is:
    1,5 may be one and a half, and 1 2 may be two numbers.
    """
    found = [character for character in GROUP_SEPARATORS if character in text]
    if len(found) != 1:
        return text
    first, *groups = text.split(found[0])
    size = len(groups[0])
    is_grouped = size >= 3 and 1 <= len(first) <= size and all(len(group) == size for group in groups)
    return first + "".join(groups) if is_grouped else text


def _values_of(text: str) -> np.ndarray:
    """The digit value of each character. A text beyond ASCII counts as one character that is no digit."""
    try:
        return _VALUES[np.frombuffer(text.encode("ascii"), np.uint8)]
    except UnicodeEncodeError:
        return np.full(1, _NOT_A_DIGIT, np.uint8)


def trimmed(digits: Digits) -> Digits:
    """The digits without leading zeros; one zero for the number 0. `digits` is `[T]` with T ≥ 1."""
    nonzero = np.flatnonzero(digits)
    return digits[: int(nonzero[-1]) + 1 if nonzero.size else 1]


def to_text(digits: Digits) -> str:
    """The number in usual notation, without leading zeros."""
    return to_full_text(trimmed(digits))


def to_full_text(digits: Digits) -> str:
    """All digits in usual notation, with leading zeros. A net that reads 007 reads another word than 7."""
    return _ASCII[digits[::-1]].tobytes().decode("ascii")


def from_int(number: int, base: int = 10) -> Digits:
    """The digits `[T]` of a number ≥ 0, without leading zeros.

    Raises:
        InputError: The number is negative.
    """
    if not isinstance(number, int | np.integer) or isinstance(number, bool):
        raise InputError("a whole number, or its digits as text", brief(number), "pass for example 99")
    number = int(number)
    if number < 0:
        raise InputError("a number of 0 or more", "a negative one", "leave out the sign")
    # a decimal digit has more than 3 bits, so smaller numbers have at most 256 digits
    if base == 10 and number.bit_length() > 3 * _BLOCK:
        return from_text(_decimal_text(number), 10)
    powers = [base]  # powers[level] is base^(2^level)
    while powers[-1] <= number:
        powers.append(powers[-1] * powers[-1])
    digits = np.zeros(2 ** len(powers), np.uint8)
    _split(number, digits, powers, len(powers) - 1)
    return trimmed(digits).copy()


def _split(number: int, digits: Digits, powers: list[int], level: int) -> None:
    """Writes the digits of `number` < powers[level]² into `digits`. It splits the number at powers[level] = base^(2^level)."""
    if number == 0:
        return
    if len(digits) <= _BLOCK:
        base = powers[0]
        for index in range(len(digits)):
            number, digits[index] = divmod(number, base)
        return
    high, low = divmod(number, powers[level])
    half = len(digits) // 2
    _split(low, digits[:half], powers, level - 1)
    _split(high, digits[half:], powers, level - 1)


def _decimal_text(number: int) -> str:
    """`str(number)` for a large number, by binary splitting. `decimal` multiplies fast (by a number-theoretic transform)."""
    with decimal.localcontext() as context:
        context.prec = decimal.MAX_PREC
        context.Emax = decimal.MAX_EMAX
        context.Emin = decimal.MIN_EMIN
        context.traps[decimal.Inexact] = True
        powers: dict[int, decimal.Decimal] = {}

        def power(bits: int) -> decimal.Decimal:
            """2^bits."""
            if bits not in powers:
                half = bits // 2
                powers[bits] = decimal.Decimal(2) ** bits if bits <= _LEAF_BITS else power(half) * power(bits - half)
            return powers[bits]

        def convert(value: int, bits: int) -> decimal.Decimal:
            """`value` < 2^bits as a decimal."""
            if bits <= _LEAF_BITS:
                return decimal.Decimal(value)
            half = bits // 2
            high = value >> half
            return convert(high, bits - half) * power(half) + convert(value - (high << half), half)

        return str(convert(number, number.bit_length()))


def to_int(digits: Digits, base: int = 10) -> int:
    """The number as a Python integer of any size."""
    if len(digits) <= sys.int_info.str_digits_check_threshold:
        return int(to_text(digits), base)
    return _join(digits, base)


def _join(digits: Digits, base: int) -> int:
    """Joins blocks of digits in pairs, so that the large products are few and balanced."""
    parts = [_horner(digits[start : start + _BLOCK], base) for start in range(0, len(digits), _BLOCK)]
    weight = base**_BLOCK
    while len(parts) > 1:
        parts += [0] * (len(parts) % 2)
        parts = [low + high * weight for low, high in zip(parts[::2], parts[1::2], strict=True)]
        weight *= weight
    return parts[0]


def _horner(digits: Digits, base: int) -> int:
    """The number with these digits, by Horner's rule: quadratic time."""
    number = 0
    for digit in digits[::-1].tolist():
        number = number * base + digit
    return number


def digits_of(number: str | int, base: int = 10) -> Digits:
    """The digits of a number that is given as text or as an integer."""
    return from_text(number, base) if isinstance(number, str) else from_int(number, base)


def successor(digits: Digits, base: int = 10) -> Digits:
    """The digits of n + 1, one digit longer than `digits`, in linear time."""
    no_carry = np.flatnonzero(digits != base - 1)
    carry_length = int(no_carry[0]) if no_carry.size else len(digits)
    result = np.append(digits, np.uint8(0))
    result[:carry_length] = 0
    result[carry_length] += 1
    return result


def complement(digits: Digits, base: int = 10) -> Digits:
    """The digits `[T]` of base^T − n; those of 0 for n = 0."""
    first = int(np.flatnonzero(digits)[0]) if digits.any() else len(digits)
    result = (base - 1 - digits).astype(np.uint8)
    result[:first] = 0
    result[first : first + 1] += 1
    return result


def shortened(text: str) -> str:
    """The digits of a number as text. If there are many, the middle is left out and their number is told."""
    if len(text) <= MAX_SHOWN_DIGITS:
        return text
    return f"{text[:KEPT_DIGITS]}…{text[-KEPT_DIGITS:]} ({len(text):,} digits)"
