"""The page that explains how to add an association is itself an association that reads and judges clean."""

import re
import shutil
from pathlib import Path

from organisations import judge, load, load_all
from organisations.problem import Severity
from organisations.reading import ROOT

PAGE = Path(__file__).parent.parent / "docs" / "adding-an-organisation.md"
FILES = re.compile(r"^### organisations/(example/\S+)\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The page shows two entries of the many that are wanted.
SHORT = re.compile(r"knowledge\.toml has \d+ entries .* write at least 25")


def test_the_files_on_the_page_are_an_association(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "common", tmp_path / "common")
    (tmp_path / "example").mkdir()
    for name, text in FILES.findall(PAGE.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    profile = load("example", tmp_path)
    problems = judge(profile, load_all().values())
    assert [problem.sentence for problem in problems if not SHORT.search(problem.sentence)] == []
    assert {problem.severity for problem in problems} == {Severity.WARNING}
    assert profile.wording["ar"]["organisation.name"] == "جمعية المثال للتكافل"
