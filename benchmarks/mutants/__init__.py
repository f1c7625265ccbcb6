"""A mutation run over the trusted code: small changes of it, one at a time, each of which some test must notice."""
