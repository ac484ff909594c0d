// The conversation between page and server: who greets, what is sent again, what each frame does.
import { Outbox } from "./outbox.js";
import { Socket } from "./socket.js";

const ACK_WITHIN = 12000;
const TYPING_EVERY = 3000;

/** Speaks the protocol. `page` shows: welcome, message, mine, ack, typing, presence, trouble, down, ended, opened. */
export class Session {
  constructor(address, store, page) {
    Object.assign(this, {
      store,
      page,
      start: null,
      language: null,
      ready: false,
      last: 0,
      seen: 0,
      typed: 0,
      door: null,
    });
    this.outbox = new Outbox(store);
    this.socket = new Socket(address, {
      open: () => this.hello(),
      frame: (frame) => this.hear(frame),
      shut: (code, again) => this.shut(code, again),
    });
  }

  /** Opens the line; everything is told again from the first message. */
  begin() {
    this.last = 0;
    this.socket.start();
  }

  /** Closes the line without a word. */
  pause() {
    this.ready = false;
    this.socket.stop();
  }

  /** Keeps a line and sends it as soon as the line is open. */
  say(said, text, files) {
    const line = this.outbox.add(said, text, files);
    this.send(line);
    return line;
  }

  /** Sends what is still here; the server knows each by its id. */
  send(line) {
    const gone = this.ready && this.socket.send({ type: "message", id: line.id, ...line.said });
    if (gone) this.watch(line.id);
    return gone;
  }

  /** Sends a line again, by its id. */
  again(id) {
    const line = this.outbox.lines.find((one) => one.id === id);
    if (!line) return false;
    if (this.send(line)) return true;
    this.socket.hurry();
    return false;
  }

  /** The person is writing; told at most once in three seconds. */
  typing() {
    if (!this.ready || Date.now() - this.typed < TYPING_EVERY) return;
    this.typed = Date.now();
    this.socket.send({ type: "typing" });
  }

  /** What is shown on an open page is seen. */
  look() {
    if (!this.ready || document.hidden || this.last <= this.seen) return;
    if (this.socket.send({ type: "seen", seq: this.last })) this.seen = this.last;
  }

  /** The conversation goes on in another language. */
  speak(language) {
    this.language = language;
    if (this.ready) this.socket.send({ type: "language", language });
  }

  /** This browser is to be forgotten: said if the line allows, then nothing is left here. */
  end(done) {
    const wipe = () => {
      clearTimeout(timer);
      this.page.ending = null;
      this.pause();
      this.store.clear();
      this.outbox.load();
      this.start = null;
      done();
    };
    const timer = setTimeout(wipe, 4000);
    const tell = () => {
      this.socket.send({ type: "end" });
      setTimeout(wipe, 200);
    };
    if (this.ready) return tell();
    this.page.ending = tell;
    return this.begin();
  }

  /** The browser's token is gone: the next greeting begins a new conversation. */
  fresh() {
    this.store.remove("token");
    this.outbox.dropChoices();
    this.begin();
  }

  hello() {
    const token = this.store.get("token");
    this.seen = 0;
    this.door = token ? this.start : null;
    this.socket.send({
      type: "hello",
      token,
      last: this.last,
      language: this.language || this.store.get("language") || (token ? null : document.documentElement.lang),
      start: token ? null : this.start,
      mine: Boolean(token),
    });
  }

  hear(frame) {
    if (this.page.ending && frame.type !== "welcome") return;
    const act = { welcome: this.welcome, ack: this.ack, message: this.message, token: this.token, error: this.error }[
      frame.type
    ];
    if (act) act.call(this, frame);
    else if (["mine", "typing", "presence"].includes(frame.type)) this.page[frame.type](frame);
  }

  welcome(frame) {
    this.ready = true;
    this.socket.settled();
    this.token(frame);
    if (this.page.ending) return this.page.ending();
    this.look(); // what was shown while the line was down, or was said into a line that broke
    this.page.welcome(frame);
    this.outbox.lines.forEach((line) => {
      if (this.send(line)) this.page.ack(line.id, "sending");
    });
    const { door } = this;
    this.start = this.door = null;
    return door ? this.page.opened(door) : null;
  }

  /** A new token; one that leads to another conversation begins again with nothing on the page. */
  token({ token, again }) {
    this.store.set("token", token);
    if (!again) return;
    this.last = this.seen = 0;
    this.outbox.dropChoices();
    this.page.anew();
  }

  ack({ id }) {
    this.outbox.drop(id);
    this.page.ack(id, "sent");
  }

  message(frame) {
    this.last = Math.max(this.last, frame.seq);
    this.page.message(frame);
    this.look();
  }

  error(frame) {
    if (frame.code === "busy") return setTimeout(() => this.again(frame.id), frame.retry_ms || 1000);
    if (frame.code === "bad_token") return null;
    if (frame.id) this.outbox.drop(frame.id);
    return this.page.trouble(frame);
  }

  watch(id) {
    setTimeout(() => {
      if (this.ready && this.outbox.lines.some((line) => line.id === id)) this.socket.lost();
    }, ACK_WITHIN);
  }

  shut(code, again) {
    this.ready = false;
    if (again) this.page.down(code);
    else this.page.ended(code);
  }
}
