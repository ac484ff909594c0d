"""`python -m locales.compile`: build the catalogues and judge them; exit 1 where anything is wrong."""

import sys
from pathlib import Path

from locales.catalogue import built, languages, source
from locales.judging import judge, unused


def build() -> list[Path]:
    """Build the catalogue of every language beside its source."""
    made = []
    for language in languages():
        mo = source(language).with_suffix(".mo")
        mo.write_bytes(built(source(language)))
        made.append(mo)
    return made


def main() -> int:
    """Build, then tell every fault on standard error, and the keys that nothing asks for."""
    made = build()
    faults = judge()
    for fault in faults:
        print(fault, file=sys.stderr)
    spare = unused()
    print(f"words: {len(made)} catalogues built, {len(faults)} faults, {len(spare)} keys without a user")
    if spare:
        print("nothing asks for:", ", ".join(spare))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
