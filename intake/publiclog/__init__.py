"""The public log: every event's commitment in an append-only tree that anybody can check. It opens nothing."""
