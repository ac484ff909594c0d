"""A line becomes words: in a person's language and grammatical gender, the organisation's own wording first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache

import structlog
from babel import Locale
from babel.lists import format_list
from babel.numbers import format_decimal, parse_pattern

from conversations.messages import Code, Line, Money, Outbound, Param, Quote, Words
from locales.calendars import Shown, day_words, in_zone
from locales.catalogue import catalogue
from locales.isolation import code, isolate
from locales.rendering import GAP, Kept, rendered

GROUPED_FROM = 10_000
# Parsed once: from its text each figure would parse it anew.
WHOLE, GROUPED, HALALAS = (parse_pattern(text) for text in ("0", "#,##0", "#,##0.00"))
log = structlog.get_logger(__name__)


class _Values(dict[str, str]):
    """Shown values; a forgotten one is logged by its name and leaves a gap, so that a person still gets a sentence."""

    def __getitem__(self, name: str) -> str:
        value = super().__getitem__(name)
        return value if isinstance(value, Shown) else Shown(value)

    def __missing__(self, name: str) -> str:
        log.error("words.value_missing", name=name)
        return GAP


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language as an organisation speaks it to a person. `zone` is the organisation's, for hours of the day.

    What holds no value is the same for everybody: templates, sentences, parts and options of that kind are kept once
    they were needed. The keys of all of them come from the profile, so nothing that a person wrote is ever kept.
    """

    language: str
    overrides: Mapping[str, str]
    gender: str | None
    zone: str
    _bare: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _has: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    _templates: dict[tuple[str, int | None], str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _rendered: Kept = field(default_factory=Kept, init=False, repr=False, compare=False)

    def say(self, line: Line) -> str:
        """The line in words; LookupError where neither the organisation nor the catalogue knows its key."""
        if not line.params:
            return self._bare.get(line.key) or self._kept(line.key)
        count = line.params.get("count")
        template = self.template(line.key, count if isinstance(count, int) else None)
        return template.format_map(_Values({name: self._shown(value) for name, value in line.params.items()}))

    def _kept(self, key: str) -> str:
        """A sentence that holds no value, said once; what lacks one is told in the log each time."""
        template = self.template(key)
        said = template.format_map(_Values())
        if said == template:
            self._bare[key] = said
        return said

    def template(self, key: str, count: int | None = None) -> str:
        """The sentence of a key before its values are filled in."""
        form = None if count is None else catalogue(self.language).form_of(count)
        known = self._templates.get((key, form))
        if known is None:
            known = self._templates[key, form] = self._found(key, count)
        return known

    def _found(self, key: str, count: int | None) -> str:
        for own in (f"{key}@{self.gender}", key):
            if own in self.overrides:
                return self.overrides[own]
        found = catalogue(self.language).find(key, self.gender, count)
        if found is None:
            raise LookupError(f"no words for {key!r} in {self.language!r}")
        return found

    def forms(self, key: str) -> dict[str, str]:
        """The templates of a counted sentence by CLDR plural category, for a page that counts by itself."""
        return catalogue(self.language).forms(key, self.gender)

    def has(self, key: str) -> bool:
        """Whether the key has words here."""
        known = self._has.get(key)
        if known is None:
            own = key in self.overrides or f"{key}@{self.gender}" in self.overrides
            known = self._has[key] = own or catalogue(self.language).find(key, self.gender, 0) is not None
        return known

    def render(self, message: Outbound) -> Words:
        """The message in words: one plain text without the options, and all its parts and options by themselves."""
        return rendered(message, self.say, self.has, self._rendered)

    def _shown(self, value: Param) -> str:
        match value:
            case bool():
                return self.template("value.yes" if value else "value.no")
            case str():
                return isolate(value)
            case int():
                return isolate(self._figure(Decimal(value)))
            case datetime():
                return self._moment(value)
            case date():
                return self._day(value)
            case Money():
                return self._money(value.amount)
            case Code():
                return code(value.text)
            case Quote():
                return value.text
            case Line():
                return self.say(value)
            case tuple():
                return self._listed([self._shown(one) for one in value])

    def _filled(self, key: str, values: dict[str, str]) -> str:
        return self.template(key).format_map(_Values(values))

    def _figure(self, number: Decimal) -> str:
        if 0 <= number < GROUPED_FROM:
            return str(number)
        pattern = GROUPED if abs(number) >= GROUPED_FROM else WHOLE
        return str(format_decimal(number, pattern, _locale(self.language), numbering_system="latn"))

    def _money(self, amount: Decimal) -> str:
        whole = amount == amount.to_integral_value()
        pattern = GROUPED if whole else HALALAS
        figure = isolate(format_decimal(amount, pattern, _locale(self.language), numbering_system="latn"))
        template = self.template("money.riyals", int(amount)) if whole else self.template("money.part")
        return template.format_map(_Values(count=figure, amount=figure))

    def _day(self, day: date) -> Shown:
        return day_words(day, self.language, self._filled).within(isolate)

    def _moment(self, moment: datetime) -> str:
        local = in_zone(moment, self.zone)
        return self._filled("date.hour", {"date": self._day(local.date()), "time": isolate(f"{local:%H:%M}")})

    def _listed(self, items: list[str]) -> str:
        return str(format_list(items, locale=_locale({"en": "en_GB"}.get(self.language, self.language))))


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)
