"""A person with Telegram in hand, as the stub's updates show them."""

from itertools import count
from typing import Any

from tests.vendors.telegram_stub import TelegramStub

Plain = dict[str, Any]
WHEN = 1_790_000_000
_IDS = count(5_000_000_000_001)


class Person:
    """Somebody who presses Start, writes, taps and sends; `read` is what the bot told them."""

    def __init__(self, stub: TelegramStub, id: int = 7_000_000_123, name: str = "سعاد") -> None:
        self.id = id
        self._stub = stub
        self._user = {"id": id, "is_bot": False, "first_name": name, "language_code": "ar"}
        self._chat = {"id": id, "first_name": name, "type": "private"}
        stub.chats.add(id)

    @property
    def read(self) -> list[Plain]:
        """All messages from the bot."""
        return [message for message in self._stub.sent if message["chat"]["id"] == self.id]

    def start(self, door: str = "") -> Plain:
        """Press Start, perhaps through a deep link."""
        return self.say(f"/start {door}".strip())

    def say(self, text: str) -> Plain:
        """Write a message."""
        return self.send(text=text)

    def edit(self, **fields: Any) -> Plain:
        """Change a message that was sent."""
        return self._stub.queue.put({"edited_message": self._message(fields)})

    def send(self, **fields: Any) -> Plain:
        """Send a message with these fields."""
        return self._stub.queue.put({"message": self._message(fields)})

    def photo(self, content: bytes, caption: str = "", group: str = "") -> Plain:
        """Send a photo, which the vendor offers in three sizes."""
        sizes = [self._file(content[:90], 90), self._file(content[:320], 320), self._file(content, 1280)]
        more = {name: value for name, value in (("caption", caption), ("media_group_id", group)) if value}
        return self.send(photo=sizes, **more)

    def document(self, content: bytes, name: str) -> Plain:
        """Send a file."""
        file = self._file(content, 0)
        return self.send(document={**file, "file_name": name, "mime_type": "application/pdf"})

    def tap(self, label: str) -> Plain:
        """Tap a button of the newest message, or of an older one that has it."""
        return self.press(self.data(label))

    def press(self, data: str) -> Plain:
        """Send what a button sends, from a message that may be old or gone."""
        query = str(next(_IDS))
        self._stub.taps.add(query)
        message = {"message_id": 1, "date": WHEN, "chat": self._chat}
        fields = {"id": query, "from": self._user, "chat_instance": "-99", "message": message, "data": data}
        return self._stub.queue.put({"callback_query": fields})

    def data(self, label: str) -> str:
        """The data of the newest button with this label."""
        for message in reversed(self.read):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == label:
                        return str(button["callback_data"])
        raise LookupError(f"no button «{label}»")

    def block(self) -> Plain:
        """Block the bot."""
        self._stub.blocked.add(self.id)
        return self._membership("member", "kicked")

    def unblock(self) -> Plain:
        """Come back."""
        self._stub.blocked.discard(self.id)
        return self._membership("kicked", "member")

    def _membership(self, old: str, new: str) -> Plain:
        bot = {"id": 110201543, "is_bot": True, "first_name": "Wasl"}
        states = {"old_chat_member": {"status": old, "user": bot}, "new_chat_member": {"status": new, "user": bot}}
        fields = {"chat": self._chat, "from": self._user, "date": WHEN, **states}
        return self._stub.queue.put({"my_chat_member": fields})

    def _message(self, fields: Plain) -> Plain:
        return {"message_id": next(_IDS), "from": self._user, "chat": self._chat, "date": WHEN, **fields}

    def _file(self, content: bytes, side: int) -> Plain:
        id = f"file-{next(_IDS)}"
        self._stub.files[id] = content
        size = {"width": side, "height": side} if side else {}
        return {"file_id": id, "file_unique_id": f"u-{id}", "file_size": len(content), **size}
