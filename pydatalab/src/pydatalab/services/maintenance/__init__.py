"""Looking after a lab: whether all is there, whole and in order, and what it takes."""
