// Lines on their way: kept before they are sent, resent until the server says it has them, one effect for each id.

/** The person's lines that the server has not acknowledged, oldest first. */
export class Outbox {
  constructor(store) {
    this.store = store;
    this.load();
  }

  /** Reads what an earlier page left behind. */
  load() {
    this.lines = this.store
      .keys("line.")
      .map((key) => read(this.store.get(key)))
      .filter(Boolean);
    this.lines.sort((one, two) => (one.at < two.at ? -1 : 1));
  }

  /** Keeps a line; `said` is what the server reads (text, choice, choices, files), `text` and `files` what is seen. */
  add(said, text, files = []) {
    const line = { id: uuid(), said, text, files: files.map(bare), at: new Date().toISOString() };
    this.lines.push(line);
    this.store.set(`line.${line.id}`, JSON.stringify(line));
    return line;
  }

  /** The server has it, or refused it for good. */
  drop(id) {
    this.lines = this.lines.filter((line) => line.id !== id);
    this.store.remove(`line.${id}`);
  }

  /** A new conversation knows nothing of the old one's buttons. */
  dropChoices() {
    this.lines.filter((line) => !line.said.text).forEach((line) => this.drop(line.id));
  }
}

function read(text) {
  try {
    const line = JSON.parse(text);
    return line && line.id && line.said ? line : null;
  } catch {
    return null;
  }
}

/** A picture's address is good for this page only. */
const bare = ({ shot, ...file }) => file;

/** An id that no other line or file has. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
