"""Looks a lab over, and says of each mistake what to do: a module for each subject."""
