"""Checking a portal from outside: with a receipt code, or with an earlier checkpoint. It trusts nothing that it is told."""
