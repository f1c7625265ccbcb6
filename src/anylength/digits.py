"""Numbers as people write them, and as a net reads them: text or integers to digit arrays and back, in any base 2…36.

Every function is near-linear in the number of digits or built on fast big arithmetic, so ten million digits are fine, and
none is touched by the interpreter's limit of 4,300 digits for `int(text)` and `str(number)`. No JAX.
"""

import decimal
import sys

import numpy as np

from anylength._types import Digits
from anylength.errors import InputError, quoted

DIGIT_CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ASCII = np.frombuffer(DIGIT_CHARACTERS.encode(), np.uint8)
_NONE = 255
_BLOCK = 256
"""Numbers of up to so many digits are converted one digit at a time."""


def check_base(base: int) -> int:
    """Returns `base` where it is one of 2…36.

    Raises:
        InputError: It is not.
    """
    if not 2 <= base <= len(DIGIT_CHARACTERS):
        raise InputError("a base from 2 to 36", str(base), "pass for example --base 10")
    return base


def _values() -> np.ndarray:
    table = np.full(256, _NONE, np.uint8)
    table[_ASCII] = np.arange(len(DIGIT_CHARACTERS))
    table[np.frombuffer(DIGIT_CHARACTERS.upper().encode(), np.uint8)] = np.arange(len(DIGIT_CHARACTERS))
    return table


_VALUES = _values()


def from_text(text: str, base: int = 10) -> Digits:
    """The digits `[T]` of a number as a person writes it; leading zeros are kept.

    Raises:
        InputError: The text is empty, or holds anything but digits of the base (a sign, a point, a space).
    """
    if not text:
        raise InputError("a number", "an empty string", "write at least one digit")
    try:
        raw = np.frombuffer(text.encode("ascii"), np.uint8)
    except UnicodeEncodeError:
        raw = np.zeros(1, np.uint8)
    digits = _VALUES[raw][::-1]
    worst = int(digits.max())
    if worst < base:
        return np.ascontiguousarray(digits)
    if worst == _NONE:
        raise InputError("digits only", quoted(text), "leave out signs, points and spaces")
    raise InputError(f"digits of base {base}", quoted(text), f"leave out {DIGIT_CHARACTERS[worst]!r}, a digit of base {worst + 1} and up")


def trimmed(digits: Digits) -> Digits:
    """The digits without leading zeros (one zero for zero). `digits` is `[T]`, T ≥ 1."""
    nonzero = np.flatnonzero(digits)
    return digits[: int(nonzero[-1]) + 1 if nonzero.size else 1]


def to_text(digits: Digits) -> str:
    """The number as a person writes it, without leading zeros."""
    return to_full_text(trimmed(digits))


def to_full_text(digits: Digits) -> str:
    """All the digits as text, leading zeros too: a net that has read 007 has not read 7."""
    return _ASCII[digits[::-1]].tobytes().decode("ascii")


def from_int(number: int, base: int = 10) -> Digits:
    """The digits `[T]` of a number ≥ 0, without leading zeros.

    Raises:
        InputError: The number is negative.
    """
    if number < 0:
        raise InputError("a number of 0 or more", "a negative one", "leave out the sign")
    if base == 10 and number.bit_length() > 3 * _BLOCK:
        return from_text(_decimal_text(number), 10)
    size = 1
    powers = [base]
    while powers[-1] <= number:
        powers.append(powers[-1] * powers[-1])
        size *= 2
    digits = np.zeros(2 * size, np.uint8)
    _split(number, digits, powers, len(powers) - 1)
    return trimmed(digits).copy()


def _split(number: int, digits: Digits, powers: list[int], level: int) -> None:
    """Writes the digits of `number` < powers[level]² into `digits`, halving at base^(2^level)."""
    if number == 0:
        return
    if len(digits) <= _BLOCK:
        base = powers[0]
        for place in range(len(digits)):
            number, digits[place] = divmod(number, base)
        return
    high, low = divmod(number, powers[level])
    half = len(digits) // 2
    _split(low, digits[:half], powers, level - 1)
    _split(high, digits[half:], powers, level - 1)


def _decimal_text(number: int) -> str:
    """`str(number)` for large numbers, by binary splitting over `decimal`, whose products are fast (number-theoretic transform)."""
    with decimal.localcontext() as context:
        context.prec = decimal.MAX_PREC
        context.Emax = decimal.MAX_EMAX
        context.Emin = decimal.MIN_EMIN
        context.traps[decimal.Inexact] = True
        powers: dict[int, decimal.Decimal] = {}

        def power(bits: int) -> decimal.Decimal:
            if bits not in powers:
                powers[bits] = decimal.Decimal(2) ** bits if bits <= 1024 else power(bits // 2) * power(bits - bits // 2)
            return powers[bits]

        def convert(value: int, bits: int) -> decimal.Decimal:
            if bits <= 1024:
                return decimal.Decimal(value)
            half = bits // 2
            high = value >> half
            return convert(high, bits - half) * power(half) + convert(value - (high << half), half)

        return str(convert(number, number.bit_length()))


def to_int(digits: Digits, base: int = 10) -> int:
    """The number with these digits, as a Python integer of any size."""
    if len(digits) <= sys.int_info.str_digits_check_threshold:
        return int(to_text(digits), base)
    return _join(digits, base)


def _join(digits: Digits, base: int) -> int:
    """Joins blocks of digits pairwise, so that the large products are few and balanced."""
    parts = [_horner(digits[at : at + _BLOCK], base) for at in range(0, len(digits), _BLOCK)]
    weight = base**_BLOCK
    while len(parts) > 1:
        parts += [0] * (len(parts) % 2)
        parts = [low + high * weight for low, high in zip(parts[::2], parts[1::2], strict=True)]
        weight *= weight
    return parts[0]


def _horner(digits: Digits, base: int) -> int:
    number = 0
    for digit in digits[::-1].tolist():
        number = number * base + digit
    return number


def digits_of(number: str | int, base: int = 10) -> Digits:
    """The digits of a number given as text or as an integer."""
    return from_text(number, base) if isinstance(number, str) else from_int(number, base)


def successor(digits: Digits, base: int = 10) -> Digits:
    """n + 1 in exact digit arithmetic, one digit longer than `digits`: linear time at any length."""
    below = np.flatnonzero(digits != base - 1)
    first = int(below[0]) if below.size else len(digits)
    after = np.append(digits, np.uint8(0))
    after[:first] = 0
    after[first] += 1
    return after
