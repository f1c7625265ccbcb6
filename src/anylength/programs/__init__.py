"""Programs: one step of a recurrent net as data, which every interpreter, the certificate, the checker and the exports read."""

from anylength.programs.assembly import assemble
from anylength.programs.cut import cut_of, depends_on
from anylength.programs.cut_values import cut_parts, stacked_cut
from anylength.programs.equations import equations, signs, value_names
from anylength.programs.json_form import (
    instruction_fields,
    parse_program,
    program_digest,
    program_fields,
    program_json,
    require_well_formed,
)
from anylength.programs.operations import LEAVES, OPERATIONS, Operation
from anylength.programs.program import MAX_INSTRUCTIONS, Instruction, Program, Shapes, ancestors
from anylength.programs.running import run, run_in_order
from anylength.programs.symbol_values import run_symbol_values, symbol_values
from anylength.programs.tracing import Traced, Tracer, Weight
from anylength.programs.whole_step import program_of_step

__all__ = [
    "LEAVES", "MAX_INSTRUCTIONS", "OPERATIONS", "Instruction", "Operation", "Program", "Shapes", "Traced", "Tracer",
    "Weight", "ancestors", "assemble", "cut_of", "cut_parts", "depends_on", "equations", "instruction_fields", "parse_program",
    "program_digest", "program_fields", "program_json", "program_of_step", "require_well_formed", "run", "run_in_order",
    "run_symbol_values", "signs", "stacked_cut", "symbol_values", "value_names",
]  # fmt: skip
