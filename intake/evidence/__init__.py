"""Evidence: what kind of file something is, which traces it carries, and a copy without them.

The portal imports ``sandbox`` alone, which starts a process for each file; parsers run there and nowhere else.
"""
