"""Revisions, oldest first. Each has one function per store."""
