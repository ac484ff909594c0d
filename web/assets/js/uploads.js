// Papers on their way: chosen here, sent one after the other, tried again after a loss, kept until a message names them.
import { drawn } from "./papers.js";
import { uuid } from "./outbox.js";
import { t } from "./words.js";

const PAUSES = [2000, 5000, 15000, 30000];
const LATER = new Set([0, 401, 408, 429, 500, 502, 503, 504]);
const MOST_STRANGE = 5;
const OPEN = new Set(["waiting", "sending", "stuck"]);

/** The tray above the composer. `on` has settled(), empty(); `token()` is what the browser speaks with. */
export class Uploads {
  constructor(list, told, address, token, on) {
    Object.assign(this, { list, told, address, token, on, items: [], limit: 10485760, wanted: false, timer: 0 });
    addEventListener("online", () => this.resume());
  }

  /** Whether something is still on its way. */
  get pending() {
    return this.items.some(({ state }) => OPEN.has(state));
  }

  /** The files that a message may name. */
  get ready() {
    return this.items.filter(({ state }) => state === "ready");
  }

  /** Takes what the person chose; what is too large is said at once and never sent. */
  add(files) {
    for (const file of files) {
      const fits = file.size <= this.limit;
      const item = { id: uuid(), file, name: file.name, bytes: file.size, kind: kindOf(file), tries: 0, part: 0 };
      Object.assign(item, { state: fits ? "waiting" : "refused", why: fits ? "" : t("file_large") });
      item.shot = item.kind === "image" ? URL.createObjectURL(file) : "";
      this.items.push(item);
    }
    this.draw();
    this.next();
  }

  /** The files that are ready leave the tray for their message. */
  take() {
    const { ready } = this;
    this.items = this.items.filter((item) => OPEN.has(item.state));
    this.draw();
    return ready.map(({ kept, shot }) => ({ ...kept, shot }));
  }

  /** Everything off the page, and what is on its way stopped. */
  clear() {
    this.items.splice(0).forEach(leave);
    this.wanted = false;
    clearTimeout(this.timer);
    this.draw();
  }

  /** The line is there again: what was cut begins anew under its own id. */
  resume() {
    clearTimeout(this.timer);
    this.items.filter(({ state }) => state === "stuck").forEach((item) => this.mark(item, "waiting"));
    this.next();
  }

  /** The same in today's words. */
  draw() {
    this.list.hidden = !this.items.length;
    this.list.replaceChildren(...this.items.map((item) => (item.node = drawn(item, () => this.remove(item)))));
  }

  remove(item) {
    const at = this.items.indexOf(item);
    leave(item);
    this.items = this.items.filter((one) => one !== item);
    this.draw();
    const near = this.items[Math.min(at, this.items.length - 1)];
    if (near) near.node.querySelector("button").focus();
    else this.on.empty();
    this.next();
  }

  mark(item, state, why = "") {
    const shown = item.state === state && !why;
    Object.assign(item, { state, why });
    const fresh = drawn(item, () => this.remove(item));
    if (!shown) this.say(item, why);
    const held = item.node.contains(document.activeElement);
    item.node.replaceWith(fresh);
    item.node = fresh;
    if (held) fresh.querySelector("button").focus();
  }

  say(item, why) {
    if (item.state !== "waiting") this.told.textContent = `${item.name}: ${why || t(`file_${item.state}`)}`;
  }

  next() {
    const busy = this.items.some(({ state }) => state === "sending");
    const item = busy ? null : this.items.find(({ state }) => state === "waiting");
    if (item) this.send(item);
    else if (this.wanted && !this.pending) {
      this.wanted = false;
      this.on.settled();
    }
  }

  send(item) {
    const form = new FormData(),
      call = (item.call = new XMLHttpRequest());
    form.append("id", item.id);
    form.append("file", item.file, item.name);
    call.open("POST", `${this.address}?lang=${document.documentElement.lang}`);
    call.setRequestHeader("Authorization", `Bearer ${this.token()}`);
    call.upload.onprogress = ({ loaded, total }) => this.moved(item, total ? loaded / total : 0);
    call.onloadend = () => this.answered(item, call);
    item.part = 0;
    this.mark(item, "sending");
    call.send(form);
  }

  moved(item, part) {
    item.part = part;
    const bar = item.node.querySelector(".bar");
    if (!bar) return;
    bar.setAttribute("aria-valuenow", Math.round(part * 100));
    bar.firstChild.style.inlineSize = `${part * 100}%`;
  }

  answered(item, call) {
    if (item.call !== call) return;
    item.call = null;
    const answer = read(call.responseText);
    if (call.status === 201 && answer.file) {
      item.kept = answer;
      this.mark(item, "ready");
    } else if (LATER.has(call.status) && !(call.status && item.tries >= MOST_STRANGE)) this.stuck(item);
    else this.mark(item, "refused", answer.text || t("file_failed"));
    this.next();
  }

  stuck(item) {
    const pause = PAUSES[Math.min(item.tries++, PAUSES.length - 1)];
    this.mark(item, "stuck");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.resume(), pause);
  }
}

function leave(item) {
  const { call, shot } = item;
  item.call = null;
  if (call) call.abort();
  if (shot) URL.revokeObjectURL(shot);
}

function kindOf({ type, name }) {
  return type === "application/pdf" || /\.pdf$/i.test(name) ? "pdf" : "image";
}

function read(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
}
