"""The task `count`: n → n + 1, digit by digit from the right, in any base.

Its machine has two states: `carry` (the start: all digits so far were the largest one) and `none`, which is absorbing.
"""

import numpy as np

from anylength._types import Digits
from anylength.digits import check_base, from_int, successor
from anylength.machines import Machine
from anylength.tasks.stress import carry_families
from anylength.tasks.task import Dataset, Task

POST_DIGITS = 10
POST_TRAIN, POST_VALIDATION = 9_000, 1_000


def count(base: int = 10) -> Task:
    """The task n → n + 1 in base 2…36.

    Raises:
        InputError: The base lies outside.
    """
    check_base(base)
    carry, none = 0, 1
    machine = Machine(
        start=carry,
        delta=((none,) * (base - 1) + (carry,), (none,) * base),
        output=(tuple((d + 1) % base for d in range(base)), tuple(range(base))),
        names=("carry", "none"),
    )

    def exact(numbers: tuple[Digits, ...]) -> Digits:
        return successor(numbers[0], base)

    return Task(
        name="count",
        summary="n -> n + 1, one digit a step from the right",
        base=base,
        tapes=1,
        machine=machine,
        exact=exact,
        data={"post": post, "post-numbers": post_numbers, "hundred": hundred},
        stress=carry_families,
    )


def numbers_of_length(rng: np.random.Generator, lengths: np.ndarray, base: int, steps: int) -> np.ndarray:
    """Random numbers of exactly the given lengths `[N]`: `[N, steps]` digits, top digit not 0 (but a lone digit may be)."""
    digits = rng.integers(0, base, (len(lengths), steps), np.uint8)
    digits[np.arange(steps) >= lengths[:, None]] = 0
    longer = np.flatnonzero(lengths > 1)
    digits[longer, lengths[longer] - 1] = rng.integers(1, base, len(longer), np.uint8)
    return digits


def post(rng: np.random.Generator, base: int) -> Dataset:
    """The post's 10,000 numbers of up to 10 digits, their lengths drawn uniformly: 9,000 to train, 1,000 to validate."""
    lengths = rng.integers(1, POST_DIGITS + 1, POST_TRAIN + POST_VALIDATION)
    digits = numbers_of_length(rng, lengths, base, POST_DIGITS + 1)
    return Dataset(train=digits[:POST_TRAIN], validation=digits[POST_TRAIN:])


def post_numbers(rng: np.random.Generator, base: int) -> Dataset:
    """The other reading of the post: 10,000 numbers drawn uniformly below base¹⁰, so nearly all are long."""
    digits = rng.integers(0, base, (POST_TRAIN + POST_VALIDATION, POST_DIGITS + 1), np.uint8)
    digits[:, -1] = 0
    return Dataset(train=digits[:POST_TRAIN], validation=digits[POST_TRAIN:])


def hundred(rng: np.random.Generator, base: int) -> Dataset:
    """The numbers 0…100 and no others (0…base² in any base); validated on the post's kind of numbers, never trained on."""
    train = np.zeros((base * base + 1, 4), np.uint8)
    for number, row in enumerate(train):
        digits = from_int(number, base)
        row[: len(digits)] = digits
    lengths = rng.integers(4, POST_DIGITS + 1, POST_VALIDATION)
    return Dataset(train=train, validation=numbers_of_length(rng, lengths, base, POST_DIGITS + 1))
