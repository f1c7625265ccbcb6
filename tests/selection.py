"""Which cases of an exhaustive test run in `make test`."""

from collections.abc import Iterable
from typing import Any

import pytest


def thorough(values: Iterable[Any], *, quick: int = 1, unpack: bool = False) -> list[Any]:
    """The values as parameters of a test: `make test` runs the first `quick` of them, `make test-all` runs all.

    Args:
        values: The values.
        quick: How many run in `make test`.
        unpack: Whether each value is a tuple of several parameters.
    """
    listed = list(values)
    late = [pytest.param(*(value if unpack else (value,)), marks=pytest.mark.slow) for value in listed[quick:]]
    return [*listed[:quick], *late]


def batches(values: Iterable[Any], *, quick: int = 1) -> list[Any]:
    """The values in two parameters of a test, which goes through them itself: `make test` takes the first, `make test-all` both.

    A test that takes milliseconds is made so: to collect thousands of tests takes longer than to run them.

    Args:
        values: The values.
        quick: How many of them the first parameter has.
    """
    listed = list(values)
    first = pytest.param(listed[:quick], id=f"first-{quick}")
    return [first, pytest.param(listed[quick:], marks=pytest.mark.slow, id=f"{len(listed) - quick}-more")]
