"""float32 numbers as decimals that read back exactly: as float32, or as float64 and then rounded to float32."""

import numpy as np


def decimal(value: float) -> str:
    """The shortest decimal, with a point or an exponent, that names this finite float32 number and no other."""
    single = np.float32(value)
    text = str(single)
    if np.float32(float(text)) != single:  # rounded twice, a shortest one could end beside it
        text = repr(float(single))
    return text if any(sign in text for sign in ".e") else f"{text}.0"


def number(value: float) -> float:
    """The double that is written as `decimal`."""
    return float(decimal(value))
