"""Suites: the tasks by which the field compares nets, each with its source.

`SUITES` holds the suites. Most tasks are machines with named symbols: `NAMED_TASKS` holds those with a fixed name, and
`PARAMETRIC_NAMES` the kinds with numbers in the name; `named_machine_task` finds a task of either kind. `STRING_TASKS` holds the
tasks that are not finite-state. Importing this package builds no machine.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
