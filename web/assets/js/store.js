// What the browser keeps for one association: the token, lines that are not sent yet, the chosen language.
// A one-time link keeps its own things in the tab, beside the browser's.

function opened(name) {
  try {
    const kind = window[name];
    kind.setItem("wasl", "1");
    kind.removeItem("wasl");
    return kind;
  } catch {
    return memory();
  }
}

function memory() {
  const kept = new Map();
  return {
    getItem: (key) => (kept.has(key) ? kept.get(key) : null),
    setItem: (key, value) => {
      kept.set(key, String(value));
    },
    removeItem: (key) => {
      kept.delete(key);
    },
    key: (index) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
}

const browser = opened("localStorage"),
  tab = opened("sessionStorage");

/** A drawer of one association; it moves into the tab while a one-time link is being followed. */
export class Store {
  constructor(organisation) {
    this.prefix = `wasl.${organisation}.`;
    this.kind = tab.getItem(`${this.prefix}token`) ? tab : browser;
  }

  /** Whether this tab follows a one-time link. */
  get borrowed() {
    return this.kind === tab;
  }

  /** From now on this tab speaks with the token of a one-time link. */
  borrow(token) {
    this.kind = tab;
    this.set("token", token);
  }

  /** Back to the browser's own conversation. */
  giveBack() {
    this.clear();
    this.kind = browser;
  }

  get(key) {
    return this.kind.getItem(this.prefix + key);
  }

  /** Keeps a value; where the disk is full or closed the page goes on without. */
  set(key, value) {
    try {
      this.kind.setItem(this.prefix + key, value);
    } catch {
      /* the line stays in the page's memory */
    }
  }

  remove(key) {
    this.kind.removeItem(this.prefix + key);
  }

  /** The keys that begin so, without the association's prefix. */
  keys(start = "") {
    const all = Array.from({ length: this.kind.length }, (_, index) => this.kind.key(index));
    return all.filter((key) => key.startsWith(this.prefix + start)).map((key) => key.slice(this.prefix.length));
  }

  /** Forgets everything of this association. */
  clear() {
    this.keys().forEach((key) => this.remove(key));
  }
}
