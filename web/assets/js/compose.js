// The composer: one field that takes the shape of the answer, and never loses what is typed.
import { written } from "./dates.js";
import { t, told } from "./words.js";

const DIGIT = /[\d\u0660-\u0669\u06f0-\u06f9]/g;
const KEYS = { number: "numeric", phone: "tel" };
const SHAPED = new Set(["number", "phone", "date"]);
const LONG = 8;

/** The form at the foot of the page. `on` has send(text), typing(), files(list), and may(text): whether it goes now. */
export class Composer {
  constructor(form, on) {
    Object.assign(this, { form, on, limit: 4000, kind: "text", length: 0, label: "", wrong: "" });
    const part = (name) => form.querySelector(`[data-part="${name}"]`);
    Object.assign(this, {
      field: part("field"),
      over: part("over"),
      name: part("name"),
      count: part("count"),
      help: part("help"),
      pick: part("pick"),
      day: part("day"),
      attach: part("attach"),
      files: part("files"),
    });
    this.attach.addEventListener("click", () => this.files.click());
    this.files.addEventListener("change", () => this.chosen());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("input", () => {
      this.measure();
      on.typing();
    });
    this.field.addEventListener("keydown", (event) => this.enter(event));
    this.pick.addEventListener("click", () => this.day.showPicker());
    this.day.addEventListener("change", () => this.picked());
  }

  /** Takes the shape the newest message asks for. */
  shape(message) {
    const parts = message.parts || [];
    const ask = parts.find(({ role }) => role === "ask"),
      sample = parts.find(({ role }) => role === "sample");
    const kind = SHAPED.has(message.input) ? message.input : "text";
    if (ask || kind !== this.kind) this.label = ask && ask.label ? ask.label : "";
    this.kind = kind;
    this.attach.parentNode.hidden = message.input !== "file";
    this.length = this.kind === "number" && sample ? exact(sample.text) : 0;
    this.wrong = parts.some(({ role }) => role === "wrong") ? `m${message.seq}-wrong` : "";
    this.dress();
  }

  /** The same shape in today's words. */
  dress() {
    const { kind, field } = this,
      shaped = kind !== "text",
      digits = kind === "number" || kind === "phone";
    this.over.classList.toggle("unseen", !shaped);
    this.name.replaceChildren(told(this.label || (shaped ? `entry_${kind}` : "entry")));
    this.help.hidden = !shaped;
    this.help.textContent = shaped ? t(`entry_${kind}_help`) : "";
    this.help.classList.toggle("unseen", digits);
    this.pick.hidden = kind !== "date" || !("showPicker" in HTMLInputElement.prototype);
    field.classList.toggle("digits", digits);
    field.setAttribute("placeholder", shaped ? "" : t("placeholder"));
    this.keys(KEYS[kind] || "text");
    this.describe();
    this.measure();
  }

  /** The person sent something: what was wrong is no longer said of the field. */
  answered() {
    this.wrong = "";
    this.describe();
  }

  /** Puts text into the field, unless something is being typed there. */
  offer(text) {
    if (!this.field.value) this.field.value = text;
    this.measure();
  }

  /** Empties the field. */
  clear() {
    this.field.value = "";
    this.measure();
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  keys(mode) {
    if (this.field.inputMode === mode) return;
    const held = document.activeElement === this.field;
    if (held) this.field.blur();
    this.field.inputMode = mode;
    if (held) this.focus();
  }

  describe() {
    const ids = [this.help.hidden ? "" : this.help.id, this.wrong].filter(Boolean).join(" ");
    this.attribute("aria-describedby", ids);
    this.attribute("aria-invalid", this.wrong ? "true" : "");
  }

  attribute(name, value) {
    if (value) this.field.setAttribute(name, value);
    else this.field.removeAttribute(name);
  }

  measure() {
    const { field } = this,
      { length } = field.value;
    field.style.blockSize = "auto";
    if (field.scrollHeight > field.clientHeight) field.style.blockSize = `${field.scrollHeight + 2}px`;
    if (length > this.limit) this.count.replaceChildren(told("progress", { step: length, of: this.limit }));
    else if (this.length)
      this.count.replaceChildren(told("progress", { step: (field.value.match(DIGIT) || []).length, of: this.length }));
    else this.count.replaceChildren();
    if (this.kind === "text") this.over.classList.toggle("unseen", length <= this.limit);
  }

  enter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    const text = this.field.value.trim();
    this.focus();
    if (text.length > this.limit || !this.on.may(text)) return;
    this.clear();
    this.on.send(text);
  }

  chosen() {
    this.on.files([...this.files.files]);
    this.files.value = "";
    this.focus();
  }

  picked() {
    if (!this.day.value) return;
    const [year, month, date] = this.day.value.split("-").map(Number);
    this.field.value = written(new Date(year, month - 1, date));
    this.focus();
  }
}

/** How many digits a sample has, where it is long enough to be a number of fixed length; else 0. */
function exact(text) {
  const digits = text.match(DIGIT) || [];
  return digits.length >= LONG && /^[\s\u2066-\u2069]*[\d\u0660-\u0669]+[\s\u2066-\u2069]*$/.test(text)
    ? digits.length
    : 0;
}
