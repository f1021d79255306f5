"""What is stored, and where: engines, tables, and nothing of what the tables mean."""
