"""Where staff sit: the web console, and the same verbs in a group of messengers. Nobody sits here yet."""
