"""Vendors that misbehave: too busy, broken, cut in the middle, closed windows, lost and disordered callbacks."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from conversations.channels import Answer, Call, Heard, Parcel, Receipt, SendFailed, Sent
from conversations.events import Media
from conversations.failures import Delivery, Failure
from conversations.messages import Capabilities, Words
from handlers import ways
from handlers.fitting import fit
from tests.simulator.chance import Luck

WINDOW = timedelta(hours=24)
CALLBACKS = (
    (Delivery.DELIVERED,),
    (Delivery.DELIVERED,),
    (Delivery.READ,),
    (Delivery.SENT, Delivery.DELIVERED, Delivery.READ),
)


@dataclass(slots=True)
class Phone:
    """An account at a vendor, as the vendor knows it."""

    wrote: datetime | None = None
    blocked: bool = False
    shown: list[tuple[datetime, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made to a vendor, and what became of it there."""

    at: datetime
    organisation: str
    line: str
    parcel: Parcel
    outcome: str
    taken: bool


@dataclass(slots=True)
class Vendor:
    """One line of one association at its vendor. `tell` carries a callback back, as long as it takes."""

    organisation: str
    line: str
    clock: Callable[[], datetime]
    luck: Luck
    phones: dict[str, Phone]
    made: list[Made]
    tell: Callable[[str, float, Receipt], None]
    trouble: Callable[[], None]
    capabilities: Capabilities = field(init=False)
    taken: dict[tuple[str, str], list[tuple[datetime, str]]] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.capabilities = ways()[self.line]

    def authentic(self, call: Call) -> None:
        """Everybody is."""

    def read(self, call: Call) -> Heard:
        """Nothing."""
        return Heard()

    def answer(self) -> Answer:
        """A status."""
        return Answer()

    def parcels(self, to: str, words: Words, token: str) -> Sequence[Parcel]:
        """The texts, as real channels cut them."""
        texts = fit(words, self.capabilities)
        return [Parcel(to, text.text, tuple((b.id, b.label) for b in text.buttons), token) for text in texts]

    async def fetch(self, media: Media) -> bytes:
        """Nothing lies here."""
        raise SendFailed(Failure.MEDIA)

    async def look_up(self, parcel: Parcel, since: datetime) -> Sent | None:
        """Whether it was taken after all, where this can be asked."""
        if self.luck.happens(self.luck.rates.broken):
            raise SendFailed(Failure.BUSY, "503")
        found = [id for at, id in self.taken.get((parcel.to, parcel.text), []) if at >= since - timedelta(seconds=5)]
        return Sent(found[-1]) if found else None

    async def send(self, parcel: Parcel) -> Sent:
        """Take it, or not."""
        phone = self.phones.setdefault(parcel.to, Phone())
        if self.luck.happens(0.2):
            await asyncio.sleep(self.luck.chance.uniform(0.05, 8))
        failed = self._refusal(parcel, phone)
        if failed is not None:
            self._note(parcel, failed.failure.value, taken=False)
            raise failed
        cut = self.luck.chance.random()
        if cut < self.luck.rates.cut_lost:
            self._note(parcel, "cut before", taken=False)
            self.trouble()
            raise SendFailed(Failure.UNKNOWN, "cut")
        id = self._take(parcel, phone)
        if cut < self.luck.rates.cut_lost + self.luck.rates.cut_taken:
            self.trouble()
            raise SendFailed(Failure.UNKNOWN, "cut")
        return Sent(id)

    def _refusal(self, parcel: Parcel, phone: Phone) -> SendFailed | None:
        rates, chance = self.luck.rates, self.luck.chance
        if phone.blocked:
            return SendFailed(Failure.OPTED_OUT, "21610")
        if self.line == "whatsapp" and parcel.template is None and self._closed(phone):
            return SendFailed(Failure.WINDOW_CLOSED, "63016")
        if self.luck.happens(rates.busy):
            return SendFailed(Failure.BUSY, "429", chance.choice((1.0, 7.0, 60.0, 900.0)))
        if self.luck.happens(rates.broken):
            return SendFailed(chance.choice((Failure.BUSY, Failure.UNREACHABLE, Failure.ODD)), "5xx")
        return SendFailed(Failure.FILTERED, "30007") if self.luck.happens(rates.refused) else None

    def _closed(self, phone: Phone) -> bool:
        return phone.wrote is None or self.clock() - phone.wrote >= WINDOW

    def _take(self, parcel: Parcel, phone: Phone) -> str:
        self.count += 1
        id = f"{self.organisation}-{self.line}-{self.count}"
        now = self.clock()
        self.taken.setdefault((parcel.to, parcel.text), []).append((now, id))
        lost = self.line != "telegram" and self.luck.happens(self.luck.rates.undelivered)
        if not lost:
            phone.shown.append((now, parcel.text))
        self._note(parcel, "undelivered" if lost else "taken", taken=not lost)
        if self.line != "telegram":
            self._callbacks(parcel, id, lost=lost)
        return id

    def _callbacks(self, parcel: Parcel, id: str, *, lost: bool) -> None:
        """Each on its own way: late, twice, in any order, or never."""
        rates, chance = self.luck.rates, self.luck.chance
        told = [Receipt(s, parcel.token, id) for s in chance.choice(CALLBACKS)]
        if lost:
            told = [Receipt(Delivery.SENT, parcel.token, id)]
            told += [Receipt(Delivery.FAILED, parcel.token, id, Failure.UNREACHABLE, "30003")]
        for receipt in told:
            if receipt.state is not Delivery.FAILED and self.luck.happens(rates.callback_lost):
                continue
            for _ in range(1 + self.luck.happens(rates.callback_twice)):
                self.tell(self.organisation, chance.choice((1.0, 1.0, 1.0, 40.0, 7200.0)), receipt)

    def _note(self, parcel: Parcel, outcome: str, *, taken: bool) -> None:
        self.made.append(Made(self.clock(), self.organisation, self.line, parcel, outcome, taken))
