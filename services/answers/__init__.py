"""Answers: the approved entry that a question in anybody's own words asks for, or the honest word that there is none."""
