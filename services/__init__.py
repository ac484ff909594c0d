"""What the house does: one file per verb. It meets the memory, the tongues and the channels through its own Protocols."""
