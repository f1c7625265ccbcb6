"""Text exports: a JSON file, a JavaScript module, a C file."""
