"""A small demonstration for a house that nobody has used yet: invented people, and staff who have done some work."""
