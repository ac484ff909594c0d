"""The associations: folders of data, read whole and judged; no code of their own."""

from organisations.profile import BadProfile, Look, Profile, StaffTool
from organisations.reading import load, load_all, names

__all__ = ["BadProfile", "Look", "Profile", "StaffTool", "load", "load_all", "names"]
