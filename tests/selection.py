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
