"""The bell: it rings, services act; it holds no data."""
