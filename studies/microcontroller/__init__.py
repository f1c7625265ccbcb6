"""Exported C on an emulated microcontroller, beside a library for microcontrollers: `python -m studies.microcontroller.measure`."""
