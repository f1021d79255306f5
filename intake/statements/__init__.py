"""What a reporter can show of a report without its content: statements in the public log, and documents made of them."""
