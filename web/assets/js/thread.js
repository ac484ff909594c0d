// The conversation on the page: items in the server's order, grouped by speaker, a seam for each day.
import { blocks, line } from "./blocks.js";
import { clock, dated, day } from "./dates.js";
import { el, icon } from "./nodes.js";
import { paper } from "./papers.js";
import { t, told } from "./words.js";

const STATES = ["seen", "sent", "sending", "unsent"];
const LOOKS = { seen: "ticks", sent: "tick", sending: "clock", unsent: "alert" };

/** The log. `act` has choose(said, text), again(id) for a line not sent yet, look(file) for its picture. */
export class Thread {
  constructor(log, typing, act) {
    Object.assign(this, { log, typing, act, items: [], count: 0, last: 0, newest: null, aside: null });
    this.open = {};
  }

  /** A message, a line of the person's, or an event; drawn where its number belongs. False if it was there already. */
  add(item) {
    if (this.known(item)) return false;
    item.n = this.count++;
    if (item.kind === "message") this.advance(item);
    const at = this.items.findIndex((other) => before(item, other));
    this.items.splice(at < 0 ? this.items.length : at, 0, item);
    if (at < 0) this.append(item);
    else this.draw();
    return true;
  }

  /** The person's line with this id, if it is here. */
  mine(id) {
    return this.items.find((item) => item.kind === "mine" && item.id === id);
  }

  /** A line of the person's moved on: sending, sent, unsent. */
  mark(id, state, why = "") {
    const item = this.mine(id);
    if (!item) return;
    if (item.state !== "seen") Object.assign(item, { state, why });
    if (state === "sent" && item.after === Infinity) item.after = this.last;
    if (state === "sent" && this.newest && this.newest.alone && this.last > item.after) item.state = "seen";
    this.caption(item.group);
  }

  /** The server says which of its messages this line followed. */
  place({ id, after, at }) {
    const item = this.mine(id);
    if (!item) return;
    const moved = item.after !== after;
    Object.assign(item, { after, at: at || item.at });
    if (moved) {
      this.items.sort((one, two) => (before(one, two) ? -1 : 1));
      this.draw();
    }
    this.mark(id, "sent");
  }

  /** The server will not have this line; its words stay, with the reason. */
  refuse(id, why) {
    const item = this.mine(id);
    if (item) this.mark(id, "unsent", why);
  }

  /** A line goes back to where it was typed. */
  remove(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.draw();
  }

  /** Everything off the page. */
  clear() {
    Object.assign(this, { items: [], last: 0, newest: null, aside: null });
    this.draw();
  }

  /** Everything again, in today's words; readers are not told it twice. */
  draw() {
    const live = this.log.getAttribute("aria-live");
    this.log.setAttribute("aria-live", "off");
    this.log.replaceChildren(this.typing);
    this.open = {};
    this.items.forEach((item) => this.append(item));
    setTimeout(() => this.log.setAttribute("aria-live", live), 50);
  }

  /** The newest message's options are answered or old: its rows go, the words stay. */
  settle(item = this.newest) {
    if (!item || item.settled) return;
    item.settled = true;
    for (const node of item.nodes) {
      node.querySelectorAll(".replies, .turn, .foot .answer").forEach((part) => part.remove());
      node.querySelectorAll(".foot:empty").forEach((part) => part.remove());
      if (node.classList.contains("say")) node.classList.remove("asking");
    }
  }

  /** An answer was tapped: what it belongs to is answered. */
  chosen(item, said, text) {
    if (item.beside) this.settle(item);
    this.act.choose(said, text);
  }

  known(item) {
    if (item.kind === "message") return this.items.some((other) => other.seq === item.seq);
    return item.kind === "mine" && Boolean(this.mine(item.id));
  }

  advance(item) {
    if (item.seq <= this.last) {
      item.settled = true;
      return;
    }
    item.beside = isBeside(item);
    this.settle(item.beside ? this.aside : this.newest);
    if (item.beside) this.aside = item;
    this.items
      .filter((other) => other.kind === "mine" && other.state === "sent" && (item.from === "staff" || item.alone))
      .forEach((other) => {
        other.state = "seen";
        if (other.group) this.caption(other.group);
      });
    this.last = item.seq;
    if (!item.beside) this.newest = item;
  }

  append(item) {
    this.dayOf(item);
    if (item.kind === "event") return this.seam(told(item.key, item.values), item.at, true);
    const open = !item.settled && (item === this.newest || item === this.aside);
    const choose = open ? (said, text) => this.chosen(item, said, text) : null;
    const drawn = item.kind === "mine" ? this.own(item) : blocks(item, choose);
    item.nodes = drawn.map(({ node }) => node);
    drawn.forEach(({ node, leaf }) => this.put(item, node, leaf));
    if (item.group) this.caption(item.group);
    return null;
  }

  own({ text, files = [] }) {
    const nodes = files.map((file) => paper(file, this.act.look));
    if (text || !nodes.length) nodes.push(line(text));
    return nodes.map((node) => ({ node, leaf: false }));
  }

  put(item, node, leaf) {
    if (item.live) node.classList.add("enter");
    if (leaf) {
      this.open = { day: this.open.day, speaker: this.open.speaker };
      item.group = null;
      this.log.insertBefore(node, this.typing);
      return;
    }
    item.group = this.group(item);
    item.group.node.insertBefore(node, item.group.at);
    if (!item.group.items.includes(item)) item.group.items.push(item);
  }

  group(item) {
    const who = item.kind === "mine" ? "mine" : `${item.from} ${item.name || ""}`;
    if (this.open.group && this.open.group.who === who) return this.open.group;
    const name = { mine: "mine", staff: "staff" }[item.kind === "mine" ? "mine" : item.from] || "bot";
    const at = el("p", { class: "at" });
    const node = el("div", { class: `group ${name}` }, this.by(item, who), at);
    this.log.insertBefore(node, this.typing);
    this.open.group = { who, node, at, items: [] };
    return this.open.group;
  }

  by(item, who) {
    if (item.kind === "mine") return el("p", { class: "unseen" }, t("you"));
    const said = item.from === "staff" ? item.name || t("team") : t("bot");
    const shown = this.open.speaker !== who;
    this.open.speaker = who;
    return el("p", { class: shown ? "by" : "unseen" }, said);
  }

  caption(group) {
    if (!group) return;
    const last = group.items[group.items.length - 1];
    const times = last.at ? [el("time", { datetime: last.at }, el("bdi", {}, clock(last.at)))] : [];
    const state = group.items
      .map((item) => item.state)
      .sort((one, two) => STATES.indexOf(two) - STATES.indexOf(one))[0];
    group.at.classList.toggle("unsent", state === "unsent");
    group.at.replaceChildren(
      ...(last.kind === "mine" ? this.state(group, state) : []),
      ...(state === "unsent" ? [] : times),
    );
  }

  state(group, state) {
    const stuck = group.items.filter((item) => item.state === "unsent");
    const why = stuck.map((item) => item.why).find(Boolean);
    const again = () => stuck.forEach((item) => this.act.again(item.id));
    return [
      icon(LOOKS[state]),
      el("span", {}, why || t(state)),
      stuck.length && !why ? el("button", { class: "link", type: "button", on: { click: again } }, t("resend")) : null,
    ].filter(Boolean);
  }

  dayOf(item) {
    if (!item.at || this.open.day === day(item.at)) return;
    this.open = { day: day(item.at) };
    this.log.insertBefore(el("p", { class: "seam" }, dated(item.at)), this.typing);
  }

  seam(words, at, timed) {
    const time = timed && at ? [t("comma"), el("bdi", {}, clock(at))] : [];
    this.open = { day: this.open.day };
    this.log.insertBefore(el("p", { class: "seam joined" }, el("span", {}, words, ...time)), this.typing);
  }
}

/** News told beside an open question: its options are doors, which close nothing, and only the newest stand. */
export const isBeside = ({ options }) => Boolean(options?.length) && options.every(({ id }) => id.startsWith("start:"));

function before(one, two) {
  const [a, b] = [one, two].map((item) => [
    item.kind === "message" ? item.seq : item.after,
    item.kind === "message" ? 0 : 1,
    item.n,
  ]);
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at] < b[at];
}
