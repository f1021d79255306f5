"""Making instances and looking after them: init, demo, doctor, the ceremony. Nothing here reads a report."""
