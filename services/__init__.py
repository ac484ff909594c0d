"""What the house does: one file per verb. Layer 1 is met through its own Protocols only."""
