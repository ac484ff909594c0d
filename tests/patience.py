"""How long a test waits for what must come. It is not judged by time: whoever waits so long is stuck, and nothing moves."""

STUCK_S = 90
