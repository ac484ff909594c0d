"""What an applicant is told unasked of a request: one line that whoever glances at the phone may read."""

from conversations import reference
from conversations.facts import Case
from conversations.messages import Code, Line, Option
from conversations.turn import Turn, text

SHORT = Line("organisation.short")
# Options that never grow old: they are doors, so that a message told beside the conversation closes no question.
READ, FIX = "decision", "fix"


def tell(turn: Turn, case: Case, key: str, *, fix: bool = False) -> bool:
    """Say it beside the conversation, with the way to read more; False where the person wants nothing unasked here."""
    if turn.facts.contact.stopped:
        return False
    door, wording = (FIX, "case.fix") if fix else (READ, "case.read")
    option = Option(f"start:{door}", Line(wording), None, Line(f"{wording}.short"))
    turn.tell(text(key, short=SHORT, reference=Code(reference.shown(case.reference or ""))), options=(option,))
    return True
