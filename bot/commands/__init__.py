"""One module a command; each holds a function of the command's name, whose parameters are its options."""
