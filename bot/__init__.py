"""The front door: settings, wiring, command line and web application; it builds everything and nobody imports it."""
