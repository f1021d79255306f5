"""The back office, the command line and the worker. It may not know the portal."""
