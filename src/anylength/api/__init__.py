"""The public functions of the package. Each takes a run, a net or a path, and tasks and recipes by name or as values."""
