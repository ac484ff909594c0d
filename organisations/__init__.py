"""The associations: folders of data, read whole and judged; no code of their own."""

from organisations.judging import judge, unready
from organisations.problem import Problem, Severity
from organisations.profile import BadProfile, Look, Profile, StaffTool
from organisations.reading import load, load_all, names

__all__ = [
    "BadProfile",
    "Look",
    "Problem",
    "Profile",
    "Severity",
    "StaffTool",
    "judge",
    "load",
    "load_all",
    "names",
    "unready",
]
