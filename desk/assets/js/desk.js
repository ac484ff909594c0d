// The desk's script. Every page works without it.
import "./menus.js";
