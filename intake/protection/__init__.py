"""Watching over the reporter (docs/protection.md): who may look after whom, when the mailbox asks, what counts as silence."""
