from .assembly import assemble
from .cut import cut_of, depends_on
from .cut_values import cut_parts, stacked_cut
from .equations import equations, signs, value_names
from .json_form import (
    instruction_fields,
    parse_program,
    program_digest,
    program_fields,
    program_json,
    require_well_formed,
)
from .operations import LEAVES, OPERATIONS, Operation
from .program import MAX_INSTRUCTIONS, Instruction, Memory, Program, Shapes, ancestors
from .running import run, run_in_order
from .symbol_values import run_symbol_values, symbol_values
from .tracing import Traced, Tracer, Weight
from .whole_step import program_of_step

__all__ = [
    "LEAVES", "MAX_INSTRUCTIONS", "OPERATIONS", "Instruction", "Memory", "Operation", "Program", "Shapes", "Traced", "Tracer",
    "Weight", "ancestors", "assemble", "cut_of", "cut_parts", "depends_on", "equations", "instruction_fields", "parse_program",
    "program_digest", "program_fields", "program_json", "program_of_step", "require_well_formed", "run", "run_in_order",
    "run_symbol_values", "signs", "stacked_cut", "symbol_values", "value_names",
]  # fmt: skip
