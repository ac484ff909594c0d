"""What a run says at its end: a table for the note, the anomalies, and how to play it again."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from torture.checker import judged, unknowns
from torture.history import SUMMED, Anomaly
from torture.run import Ran

SHOWN = 20


def told(ran: Ran) -> bool:
    """Print and write the report; whether all that is promised was kept."""
    wrong = [*ran.faults, *judged(ran.lives)]
    left = unknowns(ran.lives)
    lines = [*_table(ran, wrong, len(left)), "", f"Replay: `{ran.plan.command}`"]
    for anomaly in wrong[:SHOWN]:
        lines.append(f"- {anomaly}")
    print("\n".join(lines), flush=True)
    ran.plan.out.write_text("\n".join(lines) + "\n", "utf-8")
    if wrong:
        where = _history(ran, wrong)
        print(f"{len(wrong)} anomalies. The history is in {where}, the house's folder is {ran.folder}.", flush=True)
    return not wrong


def _table(ran: Ran, wrong: list[Anomaly], unknown: int) -> list[str]:
    counted = Counter(anomaly.kind for anomaly in wrong)
    sums = {name: sum(counted[kind] for kind in kinds) for name, kinds in SUMMED.items()}
    others = len(wrong) - sum(sums.values())
    listed = sum(call.listed for _, call in unknowns(ran.lives))
    figures = {
        **ran.figures,
        **sums,
        "rules of a vendor or page broken": others,
        "unknown at the end": unknown,
        "of these asked again or overtaken": unknown - listed,
        "of these listed for staff": listed,
    }
    head = f"| {ran.plan.database}, {ran.plan.processes} processes, seed {ran.plan.seed} | |"
    return [head, "|---|---:|", *(f"| {name} | {value} |" for name, value in figures.items())]


def _history(ran: Ran, wrong: list[Anomaly]) -> Path:
    """The whole history, a line for each person, those with anomalies first."""
    names = {anomaly.person for anomaly in wrong}
    path = ran.plan.out.with_suffix(".jsonl")
    lives = sorted(ran.lives, key=lambda life: life.person.name not in names)
    with path.open("w", encoding="utf-8") as file:
        for life in lives:
            file.write(json.dumps(asdict(life), ensure_ascii=False, default=sorted) + "\n")
    return path
