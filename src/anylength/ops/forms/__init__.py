"""Interpreters of `Ops` over forms, sets of numbers that depend on a point of an ellipsoid to second order.

`in_numpy` computes with numpy arrays; that over JAX arrays is `FormInterpreter(ibp.Box)`.
"""

from anylength.ops.forms.form import Form
from anylength.ops.forms.interpreter import FormInterpreter
from anylength.ops.intervals import Interval

in_numpy = FormInterpreter(Interval)

__all__ = ["Form", "FormInterpreter", "in_numpy"]
