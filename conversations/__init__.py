"""The mind: pure dialogue. No I/O, no clock, no framework, no channel names, no user-facing text."""
