"""Counts the fields of a protobuf message before a parser builds objects for them.

A field of two bytes can become an object of hundreds of bytes, so the size of a file does not bound the memory of its parser.
Encoding: https://protobuf.dev/programming-guides/encoding.
"""

from typing import Any

from anylength.base import InputError

MAX_FIELDS = 200_000
"""Most fields of a file. A net of PyTorch's exporter has about 1,000."""

MAX_NESTING = 32
"""Most messages within each other. A flat graph has about eight."""

VARINT, FIXED_64, DELIMITED, FIXED_32 = 0, 1, 2, 5
"""The wire types in use. Groups, types 3 and 4, are not used by ONNX."""


def check_fields(content: bytes, message: Any) -> None:
    """Checks that a message has neither too many fields nor too many levels. A damaged message is left to the parser.

    Args:
        content: The message.
        message: Its class: a class of protobuf.

    Raises:
        InputError: It has too many.
    """
    count, waiting = 0, [(0, len(content), message.DESCRIPTOR, 0)]
    while waiting:
        position, end, descriptor, level = waiting.pop()
        while position < end:
            key, position = _varint(content, position)
            first, last = _span(content, key & 7, position)
            if not position <= last <= end:
                return
            field = descriptor.fields_by_number.get(key >> 3)
            if field is not None and field.message_type is not None and key & 7 == DELIMITED:
                waiting.append((first, last, field.message_type, level + 1))
            position, count = last, count + 1
            if count > MAX_FIELDS or level > MAX_NESTING:
                got = "more" if count > MAX_FIELDS else "messages within each other"
                raise InputError(f"an ONNX file of at most {MAX_FIELDS:,} fields", got, "export the net alone")


def _span(content: bytes, wire_type: int, position: int) -> tuple[int, int]:
    """The first byte of a field's value and the byte after it; -1 where the field is damaged."""
    if wire_type == VARINT:
        return position, _varint(content, position)[1]
    if wire_type == DELIMITED:
        length, start = _varint(content, position)
        return start, start + length
    return position, position + {FIXED_64: 8, FIXED_32: 4}.get(wire_type, -position - 1)


def _varint(content: bytes, position: int) -> tuple[int, int]:
    """A number of up to ten bytes with seven bits each, and the position after it."""
    number = shift = 0
    for byte in content[position : position + 10]:
        number |= (byte & 0x7F) << shift
        shift, position = shift + 7, position + 1
        if byte < 0x80:
            break
    return number, position
