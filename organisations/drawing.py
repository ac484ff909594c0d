"""Forms and the table of modes drawn in Mermaid; a question that asks only where it applies has a fork before it."""

from collections.abc import Iterator, Mapping

from conversations.forms import Condition, Form, Op, Question, Test
from conversations.state import ANYWHERE, MOVES
from organisations.profile import Profile

START, END = "start", "review"
Labels = Mapping[str, str]


def draw_form(profile: Profile, form: Form, language: str) -> str:
    """The flowchart of a form, its questions named by their labels in that language."""
    return "\n".join(["flowchart TD", *(f"    {line}" for line in _lines(form, profile.wording[language]))])


def draw_modes() -> str:
    """The state diagram of the modes a conversation may move between."""
    moves = [f"{source} --> {target}" for source, targets in MOVES.items() for target in sorted(targets - {source})]
    free = [f"anywhere --> {target}" for target in sorted(ANYWHERE)]
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in ("[*] --> new", *moves, *free))])


def _lines(form: Form, words: Labels) -> Iterator[str]:
    yield f"{START}([{_quoted(words.get(f'form.{form.id}.title', form.id))}])"
    open_ends = [START]
    for question in form.questions:
        box = f"q_{question.id}"
        first = f"if_{question.id}" if question.when else box
        if question.when:
            yield f"{first}{{{_quoted(_condition(question.when, words))}}}"
        yield f"{box}[{_quoted(_title(question, words))}]"
        yield from (f"{end} --> {first}" for end in open_ends)
        if question.when:
            yield f"{first} -- ✓ --> {box}"
        open_ends = [box, first] if question.when else [box]
    yield f"{END}([review])"
    yield from (f"{end} --> {END}" for end in open_ends)


def _title(question: Question, words: Labels) -> str:
    label = words.get(f"question.{question.id}.label", question.id)
    marks = [question.kind.value, *(["optional"] if question.optional else []), question.privacy.value]
    return f"{label}<br/>{question.id}: {', '.join(marks)}"


def _condition(condition: Condition, words: Labels) -> str:
    return "<br/>or ".join(" and ".join(_test(test, words) for test in tests) for tests in condition)


def _test(test: Test, words: Labels) -> str:
    field = words.get(f"question.{test.field}.label", test.field)
    if test.op is Op.ABOVE:
        return f"{field}: above {test.values[0]}"
    if test.op is Op.YOUNGER:
        return f"{field}: younger than {test.values[0]}"
    return f"{field}: {' / '.join(_value(test.field, value, words) for value in test.values)}"


def _value(field: str, value: object, words: Labels) -> str:
    return words.get(f"choice.{field}.{value}", str(value).lower())


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "#quot;") + '"'
