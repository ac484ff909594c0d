"""The tables. Every primary, unique and foreign key begins with the organisation's id."""

from storage.tables import inquiries as inquiries
from storage.tables import interviews as interviews
from storage.tables import papers as papers
from storage.tables import people as people
from storage.tables import requests as requests
from storage.tables import rulings as rulings
from storage.tables import staff as staff
from storage.tables import talk as talk
from storage.tables.columns import Row

METADATA = Row.metadata
