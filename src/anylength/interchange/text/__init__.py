"""Nets as text that runs by itself or can be read: JSON, a JavaScript module, a C file."""
