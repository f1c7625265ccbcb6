"""Theorems in Rocq: a run's certificate and weights as terms, and the statement that the kernel checks."""

from anylength.formal.checker import passes, verified_checker, words_pass
from anylength.formal.folder import INSTALL, formal_files, net_files
from anylength.formal.groups import products_term, statement_of_group
from anylength.formal.library import library_folder
from anylength.formal.reading import Files, read_files
from anylength.formal.some_words import some_words
from anylength.formal.statements import TOMITA, Statement, statement_of, statement_of_language, statement_of_stacks
from anylength.formal.words import checker_words

__all__ = [
    "INSTALL", "TOMITA", "Files", "Statement", "checker_words", "formal_files", "library_folder", "net_files", "passes",
    "products_term", "read_files", "some_words", "statement_of", "statement_of_group",
    "statement_of_language", "statement_of_stacks", "verified_checker", "words_pass",
]  # fmt: skip
