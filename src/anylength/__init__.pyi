"""The public names and their homes: what `lazy_loader` loads on first use, and what type checkers see."""

__all__: list[str]

from .api.folders import check as check
from .api.folders import export as export
from .api.folders import import_net as import_net
from .api.folders import open_run as open_run
from .api.folders import quantise as quantise
from .api.folders import report as report
from .api.folders import save as save
from .api.hardening import harden as harden
from .api.tasks import task as task
from .api.training import fit as fit
from .api.training import fit_block as fit_block
from .api.training import recipe as recipe
from .api.verdicts import ask as ask
from .api.verdicts import count_on as count_on
from .api.verdicts import explain as explain
from .api.verdicts import extract as extract
from .api.verdicts import horizon as horizon
from .api.verdicts import prove as prove
from .api.verdicts import stress as stress
from .audits.entry import audit as audit
from .base.errors import InputError as InputError
from .base.version import __version__ as __version__
from .black_boxes import black_box as black_box
from .experiments.tracking import log_run as log_run
from .interchange import from_torch as from_torch
from .rules.machines import Machine as Machine
from .rules.named_tasks import regex_task as regex_task
from .rules.own_tasks import machine_file as machine_file
from .rules.own_tasks import machine_task as machine_task
from .runs import Run as Run
from .training import linear_baseline as linear_baseline
