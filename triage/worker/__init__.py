"""The worker: what the office owes when nobody acts. It holds the gate's key and no officer's, so it opens no report."""
