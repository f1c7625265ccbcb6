from .plan import Plan
from .run import Inputs, audit

__all__ = ["Inputs", "Plan", "audit"]
