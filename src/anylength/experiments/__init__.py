"""The work of the commands: each module reads and writes run folders (`anylength.runs`). Import the module that is needed."""
