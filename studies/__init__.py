"""Studies outside the package: experiments with a closed question, and pages made from their results.

Each is a module that is run by itself, `python -m studies.NAME`, from the repository.
"""
