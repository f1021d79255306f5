"""The report's form as data: its steps, its fields, the words of its choices, and reading it. Knows no page."""
