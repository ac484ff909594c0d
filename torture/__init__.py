"""Torture: the real house as processes that are killed, cut off and misled, and a checker over what was seen of it."""
