"""Posters and cards that say where the portal is, as PDF. They know an instance's public settings and nothing else."""
