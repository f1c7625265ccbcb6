"""Makes the notebooks from their sources and runs them. Run: make notebooks

A source is a Python file in jupytext's percent format. The notebook beside it holds the same cells with their outputs.
"""

from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent
NOTEBOOKS = ("the-post-retold", "bring-your-own-net")


def main() -> None:
    """Writes every notebook."""
    for name in NOTEBOOKS:
        notebook = jupytext.read(HERE / f"{name}.py")
        for number, cell in enumerate(notebook.cells):
            cell["id"] = f"cell-{number}"
        NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(HERE)}}).execute()
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)  # times of the run
        notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
        nbformat.write(notebook, HERE / f"{name}.ipynb")


if __name__ == "__main__":
    main()
