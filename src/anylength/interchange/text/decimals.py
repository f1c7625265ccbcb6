"""float32 numbers as decimals that read back as exactly the same numbers."""

import numpy as np


def shortest_decimal(value: float) -> str:
    """The shortest decimal, with a point or an exponent, that reads back as this finite float32 number.

    It does so whether it is read as float32, or as float64 and then rounded to float32.
    """
    single = np.float32(value)
    text = str(single)
    if np.float32(float(text)) != single:  # double rounding can turn the shortest decimal into a neighbouring number
        text = repr(float(single))
    return text if any(sign in text for sign in ".e") else f"{text}.0"


def decimals(row: np.ndarray, suffix: str = "") -> str:
    """Numbers with commas between them."""
    return ", ".join(shortest_decimal(value) + suffix for value in row)
