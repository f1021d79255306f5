"""The schema's history, shipped with the package: one script of revisions for both stores and both databases."""
