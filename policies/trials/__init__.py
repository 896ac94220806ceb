"""Trying a version out on what was sold: the book priced again, applications decided again."""
