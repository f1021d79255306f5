"""Pages that the office writes for reporters: files of the operator, one language and one name each. Knows no request."""
