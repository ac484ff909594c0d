// A button on another site's page that opens the chat in a frame. Loaded by
// <script src=".../chat/NAME/widget.js" async></script>; optional: data-language, data-label, data-accent, data-start.
import style from "./widget.css";

const SVG = "http://www.w3.org/2000/svg";
const BUBBLE = "M4 5h16v11H11l-4.5 4V16H4zM8 9h8M8 12.3h5",
  CROSS = "M6 6l12 12M18 6L6 18";
const WORDS = WIDGET_WORDS;
const script = document.currentScript;

/** The button and, once it was pressed, the panel with the chat. */
class WaslChat extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const language = script.dataset.language || (document.documentElement.lang || "ar").slice(0, 2);
    this.words = WORDS[language] || WORDS.ar;
    this.lang = this.words === WORDS.ar ? "ar" : language;
    this.dir = this.lang === "ar" ? "rtl" : "ltr";
    this.attachShadow({ mode: "open" });
    this.paint();
    this.button = this.press(script.dataset.label || this.words.open, BUBBLE, () => this.open());
    this.button.setAttribute("aria-haspopup", "dialog");
    this.button.setAttribute("aria-expanded", "false");
    this.shadowRoot.append(this.button);
  }

  /** Opens the panel; the chat is loaded the first time. */
  open() {
    this.panel = this.panel || this.build();
    this.panel.hidden = false;
    this.button.hidden = true;
    this.button.setAttribute("aria-expanded", "true");
    this.frame.focus();
  }

  /** Closes the panel; the conversation stays as it was. */
  close() {
    if (!this.panel || this.panel.hidden) return;
    this.panel.hidden = true;
    this.button.hidden = false;
    this.button.setAttribute("aria-expanded", "false");
    this.button.focus();
  }

  build() {
    const panel = document.createElement("div");
    panel.className = "panel";
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", this.words.open);
    this.frame = document.createElement("iframe");
    this.frame.title = this.words.open;
    this.frame.allow = "clipboard-write";
    this.frame.src = this.address();
    panel.append(
      this.press(this.words.close, CROSS, () => this.close()),
      this.frame,
    );
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    addEventListener("message", (event) => {
      if (event.source === this.frame.contentWindow && event.data === "wasl:close") this.close();
    });
    this.shadowRoot.append(panel);
    return panel;
  }

  address() {
    const url = new URL(script.src);
    url.pathname = url.pathname.replace(/\/widget\.js$/, "");
    url.search = new URLSearchParams({
      lang: this.lang,
      ...(script.dataset.start ? { start: script.dataset.start } : {}),
    }).toString();
    return url.href;
  }

  press(label, path, act) {
    const button = document.createElement("button"),
      svg = document.createElementNS(SVG, "svg"),
      line = document.createElementNS(SVG, "path");
    button.type = "button";
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    button.append(svg, label);
    button.addEventListener("click", act);
    return button;
  }

  paint() {
    const sheet = document.createElement("style"),
      { accent } = script.dataset;
    sheet.textContent = style;
    this.shadowRoot.append(sheet);
    if (!accent) return;
    this.style.setProperty("--accent", accent);
    this.style.setProperty("--on", "#fff");
  }
}

function place() {
  if (!customElements.get("wasl-chat")) customElements.define("wasl-chat", WaslChat);
  if (!document.querySelector("wasl-chat")) document.body.append(document.createElement("wasl-chat"));
}

if (document.body) place();
else addEventListener("DOMContentLoaded", place);
