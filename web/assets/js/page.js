// The chat page: its parts are made and tied together here.
import { Calm } from "./calm.js";
import { Composer } from "./compose.js";
import { Frame } from "./frame.js";
import { keeps } from "./keep.js";
import { follow } from "./link.js";
import { Place } from "./place.js";
import { Scroll } from "./scroll.js";
import { Session } from "./session.js";
import { sheets } from "./sheets.js";
import { Store } from "./store.js";
import { isBeside, Thread } from "./thread.js";
import { Uploads } from "./uploads.js";
import { tongue } from "./nodes.js";
import { language, other, speak, t } from "./words.js";

const QUIET = 700,
  TYPING = 8000,
  GRACE = 2500;
const id = (name) => document.getElementById(name);
const root = document.documentElement,
  base = root.dataset.base;
const store = new Store(root.dataset.organisation);
const calm = new Calm(id("calm"), id("room"));
const place = new Place(id("place"), id("parts"));
const scroll = new Scroll(id("log"), id("news"));
const frame = new Frame();
const thread = new Thread(id("log"), id("typing"), { choose, again, look });
const composer = new Composer(id("compose"), {
  send,
  may,
  files: (list) => tray.add(list),
  typing: () => session.typing(),
});
const tray = new Uploads(id("tray"), id("told"), `${base}/files`, () => store.get("token"), {
  settled: () => tray.ready.length && composer.submit(),
  empty: () => composer.focus(),
});
let quiet = true,
  quieted = 0,
  stopped = 0,
  lost = 0,
  heard = null;

const session = new Session(`${location.origin.replace("http", "ws")}${base}/ws`, store, {
  welcome,
  message,
  ack,
  typing,
  trouble,
  ended: (code) => {
    calmed();
    acts.ended(code);
  },
  mine: (line) => draw({ ...line, kind: "mine", state: "sent" }) || thread.place(line),
  presence: (state) => {
    const event = frame.presence(state);
    if (event && !quiet) draw({ ...event, kind: "event", after: thread.last, at: new Date().toISOString() });
  },
  down: () => {
    lost = lost || setTimeout(offline, GRACE);
  },
  anew: () => {
    thread.clear();
    place.leave();
    hush();
  },
  opened: (door) => say({ choice: `start:${door}` }, t("your_request")),
});

const acts = sheets({ session, store, thread, place, composer, frame, calm, tray, open });

function calmed() {
  clearTimeout(lost);
  lost = 0;
}

function welcome(greeting) {
  calmed();
  frame.online();
  composer.limit = greeting.limits ? greeting.limits.text : composer.limit;
  tray.limit = greeting.limits ? greeting.limits.file : tray.limit;
  tray.resume();
  if (greeting.language !== language() && !session.language) reword(greeting.language);
  hush();
}

function hush() {
  quiet = true;
  clearTimeout(quieted);
  quieted = setTimeout(() => {
    quiet = false;
    id("log").setAttribute("aria-live", "polite");
    answer();
  }, QUIET);
}

/** The frame speaks the language of the newest message: it may have been chosen in the conversation itself. */
function answer() {
  if (heard === language()) session.language = null;
  else if (heard && !session.language) {
    store.set("language", heard);
    reword(heard);
  }
}

function draw(item) {
  const fresh = thread.add({ ...item, live: !quiet });
  if (fresh) scroll.grown(thread.items[thread.items.length - 1], quiet);
  return fresh;
}

function message(told) {
  typing(null);
  const newest = told.seq > thread.last;
  if (!draw({ ...told, kind: "message", alone: frame.state === "bot" }) || !newest) return;
  if (isBeside(told)) return;
  if (told.from !== "staff") {
    composer.shape(told);
    heard = tongue(told.text || "").lang || (told.text ? language() : null);
    if (!quiet) answer();
  }
  place.follow(told);
}

function ack(line, state) {
  thread.mark(line, state);
}

function say(said, text, files = []) {
  composer.answered();
  const line = session.say(said, text, files);
  show({ ...line, files }, session.ready ? "sending" : "unsent");
}

/** Whether the line may go: words go at once, papers when the last is there, and then by themselves. */
function may(text) {
  tray.wanted = tray.pending;
  return !tray.pending && Boolean(text || tray.ready.length);
}

function send(text) {
  const files = tray.take();
  const said = files.length ? { files: files.map(({ file }) => file), ...(text ? { text } : {}) } : { text };
  say(said, text, files);
}

/** The picture of a paper that an earlier page sent; null where it cannot be had. */
async function look({ preview }) {
  try {
    const answer = await fetch(preview, { headers: { Authorization: `Bearer ${store.get("token")}` } });
    return answer.ok ? URL.createObjectURL(await answer.blob()) : null;
  } catch {
    return null;
  }
}

keeps(() => store.get("token"));

function show(line, state, after = thread.last) {
  draw({ kind: "mine", id: line.id, text: line.text, files: line.files, at: line.at, after, state });
  scroll.end();
}

function choose(said, text) {
  thread.settle();
  say(said, text);
  composer.focus();
}

function again(line) {
  if (session.again(line)) thread.mark(line, "sending");
}

function typing(from) {
  clearTimeout(stopped);
  frame.typing(from);
  if (from) {
    scroll.grown(null, true);
    stopped = setTimeout(() => frame.typing(null), TYPING);
  }
}

function trouble(error) {
  if (error.id) thread.refuse(error.id, error.text);
  else frame.notice(error.text);
}

function offline() {
  frame.offline();
  session.outbox.lines.forEach((line) => thread.mark(line.id, "unsent"));
}

function reword(code) {
  speak(code);
  frame.reword();
  composer.dress();
  place.draw();
  thread.draw();
  tray.draw();
  calm.draw();
  scroll.end();
}

function open() {
  session.outbox.load();
  session.outbox.lines.forEach((line) => show(line, "sending", Infinity));
  session.begin();
  lost = lost || setTimeout(offline, GRACE + 1500);
}

function bind() {
  id("hide").addEventListener("click", acts.hide);
  id("save").addEventListener("click", () => say({ choice: "save" }, t("save")));
  id("language").addEventListener("click", () => {
    const code = other();
    store.set("language", code);
    reword(code);
    session.speak(code);
  });
  document.addEventListener("visibilitychange", () => session.look());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && parent !== window) parent.postMessage("wasl:close", "*");
  });
}

function start() {
  const query = new URLSearchParams(location.search),
    door = query.get("start"),
    asked = query.get("lang");
  session.start = door && /^[a-z][a-z0-9_-]{0,31}$/.test(door) ? door : null;
  if (asked) store.set("language", language());
  if (door) {
    query.delete("start");
    history.replaceState(null, "", `${location.pathname}${String(query) ? `?${query}` : ""}${location.hash}`);
  }
  bind();
  composer.dress();
  place.draw();
  if (store.get("token")) id("log").setAttribute("aria-live", "off");
  follow(base, calm, (token) => {
    if (token) store.borrow(token);
    calm.close();
    open();
  }) || (store.get("hidden") ? acts.hide() : open());
}

start();
