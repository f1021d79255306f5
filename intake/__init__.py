"""The report as a domain: organisation, routing, filing, mailbox, storage. It knows no HTTP."""
