// The desk's script. Every page works without it. htmx comes first: its extensions look for it as they load.
import "htmx.org/dist/htmx.esm.js";
import "htmx.org/dist/ext/hx-csp.js";
import "htmx.org/dist/ext/hx-sse.js";
import "./menus.js";
import "./live.js";
import "./keys.js";
import "./inbox.js";
import "./join.js";

document.documentElement.classList.add("lively");
