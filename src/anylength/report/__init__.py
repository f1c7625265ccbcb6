"""The report: a run's records → one self-contained HTML file that fetches nothing. No JAX."""

from anylength.report.render import rendered

__all__ = ["rendered"]
