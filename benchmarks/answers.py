"""`python -m benchmarks.answers --train T.csv --questions Q.txt`: a JSON line for each question, by our matcher."""

import argparse
import csv
import json
import sys
import time
from pathlib import Path

from locales.thesaurus import thesaurus
from services.answers.matcher import Matcher


def main() -> None:
    """Learn the knowledge, then answer each line by itself."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--train", type=Path, required=True)
    asked.add_argument("--questions", type=Path, required=True)
    paths = asked.parse_args()
    with paths.train.open(encoding="utf-8", newline="") as rows:
        known = [(row["text"], row["label"]) for row in csv.DictReader(rows)]
    matcher = Matcher(known, thesaurus(("ar", "en")))
    for line in paths.questions.read_text("utf-8").removesuffix("\n").split("\n"):
        sys.stdout.write(json.dumps(_answered(matcher, line)) + "\n")


def _answered(matcher: Matcher, question: str) -> dict[str, object]:
    began = time.perf_counter()
    match = matcher.match(question)
    spent = (time.perf_counter() - began) * 1000
    return {"candidates": list(match.candidates), "confident": match.sure, "ms": round(spent, 3)}


if __name__ == "__main__":
    main()
