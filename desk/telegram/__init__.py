"""The desk in a group of a messenger: loaded only where it is switched on, for its library is heavy."""
