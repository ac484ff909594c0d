"""What can go wrong in the memory, in sentences for whoever runs the house."""


class StorageRefusedError(Exception):
    """The memory does not open; the sentence says what to do."""


class SealBrokenError(Exception):
    """A sealed value does not open: it was altered, moved, or belongs to another key. It names the place, no value."""
