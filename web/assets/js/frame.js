// What stands round the conversation: who is here, whether the line is open, who is writing, the keyboard's room.
import { moment } from "./dates.js";
import { el, icon } from "./nodes.js";
import { plural, t, told } from "./words.js";

const LOW = 25; // times the text size: 400 px

/** The header's line of state, the bar above the composer, the row that says who writes. */
export class Frame {
  constructor() {
    const id = (name) => document.getElementById(name);
    Object.assign(this, {
      line: id("state"),
      bar: id("bar"),
      row: id("typing"),
      state: "bot",
      last: { state: "bot" },
      cut: false,
    });
    this.title = document.title;
    if (window.visualViewport) {
      visualViewport.addEventListener("resize", () => this.fit());
      this.fit();
    }
  }

  /** Somebody came or left; returns the seam to draw, if any. */
  presence(frame) {
    const was = this.last;
    this.last = frame;
    this.state = frame.state;
    document.body.classList.toggle("with-staff", frame.state === "staff");
    this.line.replaceChildren(el("span", {}, this.words()));
    if (frame.state === "staff" && was.state !== "staff")
      return { key: "joined", values: { name: frame.name || t("team") } };
    return frame.state === "bot" && was.state === "staff" ? { key: "returned", values: {} } : null;
  }

  /** The line is open. */
  online() {
    this.cut = false;
    this.bar.hidden = true;
  }

  /** The line is down, and what is written is kept. */
  offline() {
    this.cut = true;
    this.show("cut", t("offline"));
  }

  /** A word from the server that belongs to no line. */
  notice(text) {
    this.show("alert", text);
  }

  /** Who is writing, or nobody. */
  typing(frame) {
    this.row.hidden = !frame;
    if (frame) this.row.lastElementChild.textContent = t(frame.from === "staff" ? "typing_staff" : "typing");
  }

  /** Nothing of the conversation stays. */
  clear() {
    this.typing(null);
    this.online();
  }

  /** The same in today's words. */
  reword() {
    this.line.replaceChildren(el("span", {}, this.words()));
    if (this.cut) this.offline();
    this.title = document.title = document.querySelector("h1").textContent;
  }

  words() {
    const { state, name, next, ahead } = this.last;
    if (state === "staff") return told("staff_here", { name: name || t("team") });
    if (state === "queued") {
      if (next) return told("staff_next", { when: moment(next) });
      return ahead ? plural("ahead", ahead) : told("queued");
    }
    return told("bot_here");
  }

  show(name, text) {
    this.bar.replaceChildren(icon(name), el("span", {}, text));
    this.bar.hidden = false;
  }

  fit() {
    const height = visualViewport.height * (visualViewport.scale || 1);
    document.body.classList.toggle(
      "low",
      height < LOW * parseFloat(getComputedStyle(document.documentElement).fontSize),
    );
    document.documentElement.style.setProperty("--view", `${Math.round(height)}px`);
  }
}
