"""C code on an emulated microcontroller: compiled by the clang of the package ziglang, run by the package unicorn, from QEMU.

    pip install '.[microcontroller]'

The emulator counts instructions, not cycles: it has no pipeline, no caches and no flash that waits.
"""

import struct
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unicorn import UC_ARCH_ARM, UC_HOOK_CODE, UC_MODE_MCLASS, UC_MODE_THUMB, Uc, arm_const

FLAGS = ("-std=c99", "-Os", "-g", "-ffunction-sections", "-fdata-sections", "-fno-unwind-tables", "-Wl,--gc-sections")
"""For small code, unless another optimisation follows. Debug information keeps the names of functions, and takes no flash."""

STRICT = ("-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror")

RAM, RAM_SIZE = 0x20000000, 1 << 22
STACK_SIZE = 1 << 16
RETURN = 0x000F0000
"""Where a call returns to: the run stops there."""

UNTOUCHED = 0xA5
"""Fills the stack, so that the bytes which a call has used can be counted."""

ALLOCATED, WRITABLE, IN_RAM_ONLY, UNWINDING = 2, 1, 8, 0x70000001
"""Flags and types of ELF sections."""


REGISTERS = (arm_const.UC_ARM_REG_R0, arm_const.UC_ARM_REG_R1, arm_const.UC_ARM_REG_R2, arm_const.UC_ARM_REG_R3)
"""Of a function's arguments."""


@dataclass(frozen=True)
class Processor:
    """A processor.

    Attributes:
        target: Its target in clang.
        cpu: Its name in clang.
        model: Its number in unicorn.
    """

    target: str
    cpu: str
    model: int


PROCESSORS: Mapping[str, Processor] = {
    "Cortex-M4F": Processor("thumb-freestanding-eabihf", "cortex_m4+vfp4d16sp", arm_const.UC_CPU_ARM_CORTEX_M4),
    "Cortex-M0+": Processor("thumb-freestanding-eabi", "cortex_m0plus", arm_const.UC_CPU_ARM_CORTEX_M0),
}
"""By name: one that computes float, and one that does not."""


@dataclass
class Image:
    """A linked program.

    Attributes:
        content: The ELF file.
        flash: Bytes of code and constants, and of the first values of variables.
        ram: Bytes of variables.
        functions: The address of each function and variable.
        segments: (address, bytes) to load.
    """

    content: bytes
    flash: int = 0
    ram: int = 0
    functions: dict[str, int] = field(default_factory=dict)
    segments: list[tuple[int, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        segments, sections = struct.unpack_from("<II", self.content, 28)
        _, segment_count, _, section_count = struct.unpack_from("<HHHH", self.content, 42)
        for at in range(segments, segments + 32 * segment_count, 32):
            kind, offset, address, _, size = struct.unpack_from("<5I", self.content, at)
            if kind == 1:
                self.segments.append((address, self.content[offset : offset + size]))
        table = [struct.unpack_from("<10I", self.content, sections + 40 * number) for number in range(section_count)]
        for _, kind, flags, _, offset, size, link, *_ in table:
            if flags & ALLOCATED and kind != UNWINDING:
                self.flash += size if kind != IN_RAM_ONLY else 0
                self.ram += size if flags & WRITABLE else 0
            if kind == 2:
                self._read_symbols(offset, size, table[link][4])

    def _read_symbols(self, offset: int, size: int, names: int) -> None:
        for at in range(offset, offset + size, 16):
            name, value = struct.unpack_from("<II", self.content, at)
            end = self.content.index(b"\0", names + name)
            self.functions[self.content[names + name : end].decode()] = value


def compiled(name: str, sources: Sequence[Path], entry: str, *flags: str) -> Image:
    """The program of C files for a processor, with what the function `entry` needs.

    Raises:
        CalledProcessError: The compiler says something.
    """
    processor, out = PROCESSORS[name], sources[0].with_suffix(f".{name}.elf")
    command = [sys.executable, "-m", "ziglang", "cc", "-target", processor.target, f"-mcpu={processor.cpu}", *FLAGS, *flags]
    subprocess.run([*command, f"-Wl,-e,{entry}", *map(str, sources), "-o", str(out)], check=True)
    return Image(out.read_bytes())


class Board:
    """A processor with a program and memory.

    Attributes:
        image: The program.
        instructions: How many were run, if they are counted.
    """

    def __init__(self, name: str, image: Image, *, count: bool = False) -> None:
        self.image, self.instructions = image, 0
        self._processor = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        self._processor.ctl_set_cpu_model(PROCESSORS[name].model)
        self._processor.mem_map(0, 1 << 20)
        self._processor.mem_map(RAM, RAM_SIZE)
        for address, content in image.segments:
            self._processor.mem_write(address, content)
        if count:  # code that ran before is not counted, so the count begins with the first call
            self._processor.hook_add(UC_HOOK_CODE, self._count)

    def call(self, function: str, *arguments: int) -> int:
        """What a function of up to four whole numbers or addresses returns."""
        processor = self._processor
        for register, argument in zip(REGISTERS, arguments, strict=False):
            processor.reg_write(register, argument)
        processor.reg_write(arm_const.UC_ARM_REG_SP, RAM + RAM_SIZE)
        processor.reg_write(arm_const.UC_ARM_REG_LR, RETURN | 1)
        processor.emu_start(self.image.functions[function] | 1, RETURN)
        return int(processor.reg_read(arm_const.UC_ARM_REG_R0))

    def stack_of(self, function: str, *arguments: int) -> int:
        """Bytes of stack that a call uses."""
        end = RAM + RAM_SIZE
        self._processor.mem_write(end - STACK_SIZE, bytes([UNTOUCHED]) * STACK_SIZE)
        self.call(function, *arguments)
        stack = bytes(self._processor.mem_read(end - STACK_SIZE, STACK_SIZE))
        return STACK_SIZE - next(k for k, byte in enumerate(stack) if byte != UNTOUCHED)

    def write(self, address: int, content: bytes) -> None:
        """Puts bytes into memory."""
        self._processor.mem_write(address, content)

    def read(self, address: int, size: int) -> bytes:
        """Bytes of memory."""
        return bytes(self._processor.mem_read(address, size))

    def _count(self, *_: object) -> None:
        self.instructions += 1
