"""`make bench-answers DATA=folder`: how well questions find their entry, beside BM25 and letter n-grams.

The folder holds train.csv (text,label), dev.csv (text,label,dialect), dev-unknown-labels.csv and dev-unknown.csv.
With k examples an entry: k rows of each label drawn from train.csv, three draws. Unknown are questions whose label was
taken out of the training rows (near), and questions about other things (far).
"""

import argparse
import csv
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.baselines import Bm25, Letters
from locales.thesaurus import thesaurus
from services.answers.matcher import Match, Matcher

DRAWS = 3
ALL = 20
LOOKALIKE = ("بتثن", "جحخ", "دذ", "رز", "سش", "صض", "طظ", "عغ", "فق", "هة", "اأإ", "يى")
KEYBOARD = ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤرىةوزظ")
Row = dict[str, str]
Known = list[tuple[str, str]]
Make = Callable[[Known], Callable[[str], Match]]


def read(path: Path) -> list[Row]:
    """The rows of a CSV file with a header."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def drawn(rows: Sequence[Row], k: int, seed: int) -> Known:
    """At most k questions of each label."""
    dice, by = random.Random(seed), defaultdict(list)  # noqa: S311
    for row in rows:
        by[row["label"]].append((row["text"], row["label"]))
    return [pair for label in sorted(by) for pair in dice.sample(by[label], min(k, len(by[label])))]


def slipped(text: str, seed: int = 0) -> str:
    """The text with a slip for each dozen letters: lost, doubled, swapped, a neighbour's, look-alike, space lost."""
    dice, signs = random.Random(f"{seed}{text}"), list(text)  # noqa: S311
    for _ in range(max(1, len(text) // 12)):
        spaces = [n for n, sign in enumerate(signs) if sign == " "]
        letters = [n for n, sign in enumerate(signs) if sign.isalpha()]
        kind = dice.randrange(6)
        if kind == 0 and spaces:
            del signs[dice.choice(spaces)]
        elif letters:
            at = dice.choice(letters)
            signs[at : at + 2] = _slip(kind, "".join(signs[at : at + 2]), dice)
    return "".join(signs)


def _slip(kind: int, two: str, dice: random.Random) -> str:
    """A letter and its neighbour with a slip."""
    first, rest = two[0], two[1:]
    beside = [row[n] for row in KEYBOARD for at in (row.find(first),) for n in (at - 1, at + 1) if 0 <= n < len(row)]
    match kind:
        case 1:
            return first + two
        case 2:
            return rest + first
        case 3:
            return dice.choice(next((group for group in LOOKALIKE if first in group), first)) + rest
        case 4:
            return dice.choice(beside if any(first in row for row in KEYBOARD) else first) + rest
        case _:
            return rest


def ours(known: Known) -> Callable[[str], Match]:
    """The product's own matcher."""
    return Matcher(known, thesaurus(("ar", "en"))).match


MATCHERS: dict[str, Make] = {
    "BM25, words": lambda known: Bm25(known).match,
    "letters 2-5, centroid": lambda known: Letters(known).match,
    "ours": ours,
}


def scores(match: Callable[[str], Match], asked: Sequence[Row]) -> tuple[float, float]:
    """Top-1 and top-3 in per cent."""
    found = [(match(row["text"]).candidates, row["label"]) for row in asked]
    first = sum(candidates[:1] == (label,) for candidates, label in found)
    three = sum(label in candidates for candidates, label in found)
    return 100 * first / len(found), 100 * three / len(found)


def accuracy(data: Path, k: int) -> None:
    """One line for each matcher: top-1 / top-3 by dialect, and with slips."""
    rows, dev = read(data / "train.csv"), read(data / "dev.csv")
    saudi = [row for row in dev if row["dialect"] == "saudi"]
    asked = {name: [row for row in dev if row["dialect"] == name] for name in ("saudi", "msa", "pal")}
    asked["slips"] = [{**row, "text": slipped(row["text"])} for row in saudi]
    for name, make in MATCHERS.items():
        every = [make(drawn(rows, k, seed)) for seed in range(1 if k >= ALL else DRAWS)]
        cells = []
        for some in asked.values():
            found = [scores(match, some) for match in every]
            cells.append(" / ".join(f"{statistics.mean(column):.1f}" for column in zip(*found, strict=True)))
        print(f"| {k} | {name} | {' | '.join(cells)} |", flush=True)


def silence(data: Path, k: int) -> None:
    """How often an answer would be told, and how often wrongly: known, near unknown, far unknown."""
    gone = {row["label"] for row in read(data / "dev-unknown-labels.csv")}
    rows = [row for row in read(data / "train.csv") if row["label"] not in gone]
    saudi = [row for row in read(data / "dev.csv") if row["dialect"] == "saudi"]
    far = read(data / "dev-unknown.csv")
    totals: list[tuple[float, ...]] = []
    for seed in range(1 if k >= ALL else DRAWS):
        match = ours(drawn(rows, k, seed))
        known = [(match(row["text"]), row["label"]) for row in saudi if row["label"] not in gone]
        near = [match(row["text"]).sure for row in saudi if row["label"] in gone]
        covered = statistics.mean(found.sure for found, _ in known)
        wrong = statistics.mean(found.sure and found.candidates[0] != label for found, label in known)
        others = statistics.mean(match(row["text"]).sure for row in far)
        totals.append((covered, wrong, statistics.mean(near), others))
    cells = " | ".join(f"{100 * statistics.mean(column):.1f}" for column in zip(*totals, strict=True))
    print(f"| {k} | {cells} |", flush=True)


def speed(data: Path) -> None:
    """Milliseconds for a question, over the training part and over two thousand entries."""
    match = ours(drawn(read(data / "train.csv"), ALL, 0))
    many = ours([(f"{row['text']} {n}", f"e{n}") for n, row in enumerate(read(data / "dev.csv")[:2000])])
    for name, ask in (("77 entries", match), ("2,000 entries", many)):
        spent = []
        for row in read(data / "dev.csv")[:800]:
            began = time.perf_counter()
            ask(row["text"])
            spent.append((time.perf_counter() - began) * 1000)
        spent.sort()
        print(f"{name}: median {statistics.median(spent):.2f} ms, p99 {spent[int(len(spent) * 0.99)]:.2f} ms")


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("data", type=Path)
    data = asked.parse_args().data
    print("| k | matcher | Saudi | MSA | Palestinian | Saudi, slips |\n|---|---|---|---|---|---|")
    for k in (1, 5, ALL):
        accuracy(data, k)
    print("\n| k | coverage | wrong, known | wrong, near | wrong, far |\n|---|---|---|---|---|")
    for k in (5, ALL):
        silence(data, k)
    print()
    speed(data)


if __name__ == "__main__":
    main()
