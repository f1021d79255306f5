"""What officers do with cases: each module one act, reading as its specification. Knows no HTTP and no page."""
