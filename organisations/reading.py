"""Reading of a folder into a profile; bad data is refused with every sentence at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conversations.forms import Form
from conversations.organisation import Gender, Organisation
from organisations import parts
from organisations.knowledge import read_knowledge
from organisations.profile import BadProfile, Profile, StaffTool
from organisations.questions import Blocks, common_blocks, read_form
from organisations.sheet import Sheet, toml
from organisations.wordings import read_wording

ROOT = Path(__file__).parent
DOORS = ("request", "question", "cases", "voice", "volunteering", "interview", "policy", "human")
TOOLS = ("bylaws", "research_guide", "support_guide", "request_form", "charity_policies", "official_instructions")
ENDS = ("service", "registration")
NEEDED = ("ar", "en")  # any other language speaks by its catalogue, and by the spare one's words where it has none
SPARE = "en"


@dataclass
class _Folder:
    """What is gathered on the way through one association's folder."""

    path: Path
    sheet: Sheet
    languages: tuple[str, ...]
    problems: list[str]
    samples: list[tuple[str, str]] = field(default_factory=list)

    def part(self, name: str) -> Sheet:
        """One table of the profile, its source noted."""
        sheet = self.sheet.sheet(name)
        source = sheet.text("source")
        self.samples += [(name, source)] if source == "sample" else []
        return sheet


def names(root: Path = ROOT) -> tuple[str, ...]:
    """The associations found on disk, in order of their names."""
    return tuple(sorted(path.parent.name for path in root.glob("*/profile.toml")))


def load_all(wanted: Sequence[str] | None = None, root: Path = ROOT) -> dict[str, Profile]:
    """The associations by name, all of them or those wanted; raises `BadProfile` with the sentences of all."""
    loaded: dict[str, Profile] = {}
    sentences: list[str] = []
    for name in names(root) if wanted is None else wanted:
        try:
            loaded[name] = load(name, root)
        except BadProfile as bad:
            sentences += bad.sentences
    if sentences:
        raise BadProfile(tuple(dict.fromkeys(sentences)))
    return loaded


def load(name: str, root: Path = ROOT) -> Profile:
    """The association of that folder; raises `BadProfile` where anything in it cannot be read."""
    if name not in names(root):
        raise BadProfile((f"«{name}»: no such association; known are {', '.join(names(root))}.",))
    problems: list[str] = []
    sheet = Sheet(toml(root / name / "profile.toml", problems), f"{name}/profile.toml", problems)
    folder = _Folder(root / name, sheet, sheet.list("languages", str), problems)
    profile = _profile(folder, root)
    sheet.close()
    if problems:
        raise BadProfile(tuple(dict.fromkeys(problems)))
    return profile


def _profile(folder: _Folder, root: Path) -> Profile:
    common = common_blocks(root, folder.problems)
    form = read_form(folder.path / "form.toml", common, folder.problems)
    organisation = _organisation(folder, form, root, common)
    policy = folder.part("policy")
    website, origins = parts.site(folder.part("site"))
    knowledge = read_knowledge(root, folder.path.name, [code for code in folder.languages if code in NEEDED])
    told = [(f"entry «{entry.id}»", "sample") for entry in knowledge if entry.sample]
    profile = Profile(
        organisation=organisation,
        wording=_wording(folder, root),
        look=parts.colours(folder.part("look")),
        policy=_policy(folder),
        policy_version=policy.text("version"),
        adopted=policy.text("adopted"),
        channels=parts.channels(folder.part("channels")),
        staff_tools=tuple(StaffTool(key) for key in parts.known(folder.sheet, "staff_tools", TOOLS)),
        procedure_end=folder.sheet.one_of("procedure_end", ENDS),
        website=website,
        embedding_origins=origins,
        legal=folder.sheet.text("legal"),
        samples=(*folder.samples, *(each for form in organisation.forms.values() for each in _sampled(form)), *told),
        templates=parts.templates(folder.sheet),
        knowledge=knowledge,
    )
    policy.close()
    return profile


def _others(folder: _Folder, root: Path, common: Blocks, doors: Sequence[str]) -> dict[str, Form]:
    """The forms that every association shares, as far as its doors lead to them; rights are everybody's."""
    behind = {"voice": ("complaint", "suggestion"), "volunteering": ("volunteering",), "interview": ("interview",)}
    ids = [*(id for door in doors for id in behind.get(door, ())), "rights"]
    return {id: read_form(root / "common" / "forms" / f"{id}.toml", common, folder.problems) for id in ids}


def _organisation(folder: _Folder, form: Form, root: Path, common: Blocks) -> Organisation:
    doors = parts.known(folder.sheet, "doors", DOORS)
    others = _others(folder, root, common, doors)
    sheet, limits = folder.sheet, folder.part("limits")
    if sheet.text("request", form.id) != form.id:
        sheet.wrong("request", f"must be «{form.id}», the id in form.toml")
    quorum = parts.quorum(folder.part("committee")) if "committee" in sheet.table else 1
    sheet.seen.add("committee")
    organisation = Organisation(
        name=folder.path.name,
        gender=Gender(sheet.one_of("gender", tuple(Gender))),
        languages=folder.languages,
        doors=doors,
        forms={form.id: form, **others},
        request=form.id,
        schedule=parts.schedule(folder.part("schedule")),
        notice_version=parts.version(folder.part("notice")),
        declaration_version=parts.version(folder.part("declaration")),
        approved=sheet.flag("approved"),
        floor_days=limits.number("floor_days", 14),
        ceiling_days=limits.number("ceiling_days", 30),
        draft_days=limits.number("draft_days", 14),
        idle_days=limits.number("idle_days", 90),
        reminder_days=limits.list("reminder_days", int),
        quorum=quorum,
        approvals=parts.approvals(sheet),
        danger=parts.danger(folder.part("danger")) if "danger" in sheet.table else (),
        reach=parts.reach(folder.part("reach")) if "reach" in sheet.table else (),
        serves=sheet.one_of("procedure_end", ENDS) == "service",
    )
    limits.close()
    return organisation


def _wording(folder: _Folder, root: Path) -> Mapping[str, Mapping[str, str]]:
    common = root / "common"
    return {
        language: read_wording(folder.path, common, _written(folder, language), folder.problems)
        for language in folder.languages
    }


def _written(folder: _Folder, language: str) -> str:
    """The language itself, or, where the association has not written its words yet, English in its place."""
    own = (folder.path / f"wording.{language}.toml").exists()
    return language if own or language in NEEDED else SPARE


def _policy(folder: _Folder) -> Mapping[str, str]:
    texts = {}
    for language in folder.languages:
        path = folder.path / f"policy.{_written(folder, language)}.md"
        texts[language] = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
        if not texts[language]:
            folder.problems.append(f"{folder.path.name}/policy.{language}.md: the policy is missing; add its reading.")
    return texts


def _sampled(form: Form) -> list[tuple[str, str]]:
    return [(f"question {question.id}", question.source) for question in form.questions if question.source == "sample"]
