"""What is not taken as a paper, and the bound of a picture in pixels."""

PIXELS = 50_000_000


class Refused(Exception):
    """A paper that is not taken; `reason` ends the key `paper.refused.*`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
