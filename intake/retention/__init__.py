"""How long a case is kept, and how it is deleted so that everybody who may ask can check it (docs/adr/0020).

The worker deletes, with the gate's key; it opens no report. What is left of a case is its mailbox row and one signed event.
"""
