"""What follows by itself when an office does not act: missed duties, neglect, alarms.

The worker runs it with the gate's key alone. Nobody's help is needed and nobody below can stop it. It opens no report: it
knows dates, offices and ids.
"""
