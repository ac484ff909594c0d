"""The examination of the whole house, for `python -m bot doctor`: one file for each thing that is looked at."""
