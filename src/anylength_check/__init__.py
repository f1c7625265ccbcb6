"""The independent checker of anylength's certificates: standard library and integers only. Start reading at `check.py`."""

from anylength_check.check import CheckResult, check

__all__ = ["CheckResult", "check"]
