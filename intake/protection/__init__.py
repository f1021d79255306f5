"""Watching over the reporter: how great the risk is, who looks after whom, when the mailbox asks, what counts as silence."""
