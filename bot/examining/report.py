"""Showing an examination: a line or two for each finding, or JSON; a secret that slipped in is hidden."""

import json
from collections import Counter
from dataclasses import replace

from bot.examining.house import Examination
from bot.redaction import HIDDEN
from conversations.findings import Finding, Level

SHORTEST = 8  # what is shorter is no secret worth the name, and would hide half of every word


def as_text(examination: Examination) -> str:
    """For people: the worst last, where the eye rests, and the count below it."""
    ranks = list(Level)
    findings = sorted(clean(examination), key=lambda finding: ranks.index(finding.level))
    count = Counter(finding.level for finding in findings)
    counted = f"{count[Level.OK]} ok, {count[Level.WARNING]} to know, {count[Level.PROBLEM]} to mend."
    return "\n".join([*map(_lines, findings), f"Examined: {counted}"])


def as_json(examination: Examination) -> str:
    """The same for programs."""
    findings = clean(examination)
    shown = [{"level": f.level, "about": f.about, "cause": f.cause, "fix": f.fix} for f in findings]
    return json.dumps({"sound": sound(examination), "findings": shown}, ensure_ascii=False, indent=1)


def sound(examination: Examination) -> bool:
    """Whether nothing must be mended."""
    return all(finding.level is not Level.PROBLEM for finding in examination.findings)


def clean(examination: Examination) -> list[Finding]:
    """The findings without any secret of the settings."""
    secrets = sorted((s for s in examination.secrets if len(s) >= SHORTEST), key=len, reverse=True)
    return [replace(f, cause=_hidden(f.cause, secrets), fix=_hidden(f.fix, secrets)) for f in examination.findings]


def _hidden(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def _lines(finding: Finding) -> str:
    line = f"{finding.level:<8} {finding.about}: {finding.cause}"
    return f"{line}\n{'':<9}{finding.fix}" if finding.fix else line
