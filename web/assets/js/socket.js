// The line to the server: opened, lost, opened again with patience.
const FATAL = new Set([1007, 1008, 1009, 4001]);

/** A socket that comes back by itself. `on` has frame(object), open(), shut(code, again). */
export class Socket {
  constructor(address, on) {
    Object.assign(this, { address, on, tries: 0, timer: 0, socket: null, wanted: false });
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.lost());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.hurry();
    });
  }

  /** Whether frames can go now. */
  get open() {
    return Boolean(this.socket) && this.socket.readyState === WebSocket.OPEN;
  }

  /** Opens the line and keeps it open. */
  start() {
    this.wanted = true;
    clearTimeout(this.timer);
    if (this.socket) return;
    const socket = (this.socket = new WebSocket(this.address));
    socket.onopen = () => this.on.open();
    socket.onmessage = ({ data }) => this.read(data);
    socket.onclose = ({ code }) => this.shut(socket, code);
  }

  /** Closes the line and leaves it closed. */
  stop() {
    this.wanted = false;
    clearTimeout(this.timer);
    if (!this.socket) return;
    const { socket } = this;
    this.socket = null;
    socket.onclose = null;
    socket.close(1000);
  }

  /** Sends one frame; false when the line is down. */
  send(frame) {
    if (!this.open) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** The greeting was answered: the next loss starts with a short wait again. */
  settled() {
    this.tries = 0;
  }

  /** Gives a silent line up, so that a fresh one is tried. */
  lost() {
    if (!this.socket) return;
    const { socket } = this;
    socket.onclose = null;
    socket.close();
    this.shut(socket, 1006);
  }

  hurry() {
    if (this.wanted && !this.socket) this.start();
  }

  read(data) {
    let frame = null;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame && frame.type) this.on.frame(frame);
  }

  shut(socket, code) {
    if (this.socket !== socket) return;
    this.socket = null;
    const again = this.wanted && !FATAL.has(code);
    if (again) this.timer = setTimeout(() => this.hurry(), this.wait(code));
    else this.wanted = false;
    this.on.shut(code, again);
  }

  wait(code) {
    if (code === 1012) return 200 + Math.random() * 1800;
    return Math.min(30000, 500 * 2 ** this.tries++) * (0.5 + Math.random());
  }
}
