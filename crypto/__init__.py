"""Composed cryptography: seals, keys, receipts, padding. It knows neither HTTP nor SQL nor the domain."""
