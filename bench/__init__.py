"""Benches: what the expensive acts cost, as ratios to what they must cost. Run from a checkout; never part of the wheel."""
