"""What tests share: a real PostgreSQL, a small organisation, whole instances made by the product's own code."""
