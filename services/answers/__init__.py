"""Answers: the approved entry that a question in anybody's words asks for, or the word that there is none."""
