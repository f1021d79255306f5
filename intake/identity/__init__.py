"""A name left in confidence: its compartment, who may be custodian, what custodians are asked, and what the record says of it.

Knows no page and no permission. The keys and layers are `crypto.custody`'s; who opens what, `triage.custody`'s.
"""
