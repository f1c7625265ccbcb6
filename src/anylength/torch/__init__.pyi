"""The public names and their homes: what `lazy_loader` loads on first use, and what type checkers see."""

from .state_dict import state_dict_of as state_dict_of
from .worst_case import worst_case_loss as worst_case_loss
