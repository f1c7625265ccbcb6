"""Audits of shipped nets: their sounds, their wrappers, their pages."""
