// Days in both calendars and hours, as the browser's own calendars tell them.
import { el } from "./nodes.js";
import { language, t } from "./words.js";

const made = new Map();

function format(calendar, options) {
  const key = [language(), calendar, ...Object.keys(options)].join();
  if (!made.has(key))
    made.set(key, new Intl.DateTimeFormat(`${language() === "ar" ? "ar" : "en-GB"}-u-ca-${calendar}-nu-latn`, options));
  return made.get(key);
}

/** The hour and minute of an instant on this device's clock, as "10:02". */
export function clock(at) {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}

/** The day of an instant as a key to compare by. */
export const day = (at) => new Date(at).toDateString();

/** A day in words, the Gregorian first, the Hijri after a dot where the browser knows Umm al-Qura. */
export function dated(at) {
  const time = new Date(at);
  const node = el("time", { datetime: at.slice(0, 10) });
  node.append(...pieces(format("gregory", { weekday: "long", day: "numeric", month: "long" }), time));
  const hijri = format("islamic-umalqura", { day: "numeric", month: "long" });
  if (hijri.resolvedOptions().calendar === "islamic-umalqura") {
    node.append(t("comma"), ...pieces(hijri, time)); // a dot there would give the next digits another shape
  }
  return node;
}

/** A day of the Gregorian calendar as a person would write it, month in letters. */
export function written(time) {
  return format("gregory", { day: "numeric", month: "long", year: "numeric" })
    .format(time)
    .replace(/[\u200e\u200f]/g, "");
}

/** A coming day and hour in words, for "staff are back on". */
export function moment(at) {
  const time = new Date(at);
  return `${format("gregory", { weekday: "long", day: "numeric", month: "long" }).format(time)} ${clock(at)}`;
}

function pieces(formatter, time) {
  return formatter.formatToParts(time).map(({ type, value }) => {
    if (type === "day") return el("bdi", {}, value);
    return type === "literal" ? value.replace(/[,،]/g, "") : value;
  });
}
