// Builds what browsers get: the chat's page and widget, the desk, and four fonts, each named by its content; and lays
// out the two fonts that are printed with.
// Usage: node tools/build-web.mjs   (writes web/built/ and its manifest.json, and papers/built/)
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { cut } from "./cut-font.mjs";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const SOURCES = join(ROOT, "web", "assets"),
  DESK = join(ROOT, "desk", "assets"),
  BUILT = join(ROOT, "web", "built");
const OLD_PHONES = ["chrome90", "safari15"];
const DESKS = ["chrome123", "firefox128", "safari17.5"]; // of the association: light-dark(), popover, Baseline 2024
const PRINTED = join(ROOT, "papers", "built");
const PRINT_FONTS = dirname(
  createRequire(import.meta.url).resolve("@expo-google-fonts/ibm-plex-sans-arabic/package.json"),
);
const FONTS = join(
  dirname(createRequire(import.meta.url).resolve("@fontsource/ibm-plex-sans-arabic/package.json")),
  "files",
);
// What English text, names, numbers and our own signs need; the rest of Latin is left to the system's font.
// It is the unicode-range of css/fonts.css.
const LATIN = [
  [0x20, 0x7e],
  [0xa0, 0xff],
  [0x2010, 0x2027],
  [0x2030, 0x203a],
];

const manifest = {};

async function keep(name, bytes) {
  const [stem, ending] = name.split(/\.(?=[^.]+$)/);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  manifest[name] = `${stem}.${hash}.${ending}`;
  await writeFile(join(BUILT, manifest[name]), bytes);
}

async function font(script, weight) {
  const bytes = await readFile(join(FONTS, `ibm-plex-sans-arabic-${script}-${weight}-normal.woff2`));
  await keep(`${script}-${weight}.woff2`, script === "latin" ? await cut(bytes, LATIN) : bytes);
}

/** Fonts are named `font:SCRIPT-WEIGHT` in the stylesheets and stand beside them when built. */
const named = {
  name: "fonts",
  setup: (plugin) =>
    plugin.onResolve({ filter: /^font:/ }, ({ path }) => ({
      path: `./${manifest[`${path.slice(5)}.woff2`]}`,
      external: true,
    })),
};

async function bundle(name, source, options = {}, folder = SOURCES) {
  const result = await build({
    entryPoints: [join(folder, source)],
    bundle: true,
    minify: true,
    write: false,
    legalComments: "none",
    charset: "utf8",
    target: OLD_PHONES,
    plugins: [named],
    ...options,
  });
  await keep(name, result.outputFiles[0].contents);
}

/** The widget's few words, by language, from the catalogues. */
async function widgetWords() {
  const words = {};
  for (const language of ["ar", "en"]) {
    const catalogue = await readFile(join(ROOT, "locales", language, "LC_MESSAGES", "wasl.po"), "utf8");
    const of = (key) => (new RegExp(`\\nmsgid "${key}"\\nmsgstr (".*")`).exec(catalogue) || [])[1];
    words[language] = { open: JSON.parse(of("page.log")), close: JSON.parse(of("page.close") || of("page.hide")) };
  }
  return JSON.stringify(words);
}

async function printed() {
  await mkdir(PRINTED, { recursive: true });
  for (const weight of ["400Regular", "600SemiBold"]) {
    const name = `IBMPlexSansArabic_${weight}.ttf`;
    await copyFile(join(PRINT_FONTS, weight, name), join(PRINTED, name));
  }
}

async function sweep() {
  const wanted = new Set([...Object.values(manifest), "manifest.json"]);
  const old = (await readdir(BUILT)).filter((name) => !wanted.has(name));
  await Promise.all(old.map((name) => rm(join(BUILT, name), { recursive: true })));
}

await printed();
await mkdir(BUILT, { recursive: true });
for (const script of ["arabic", "latin"]) for (const weight of [400, 600]) await font(script, weight);
await bundle("chat.css", "css/chat.css");
await bundle("document.css", "css/document.css");
await bundle("chat.js", "js/page.js", { format: "esm" });
await bundle("widget.js", "widget/widget.js", {
  format: "iife",
  loader: { ".css": "text" },
  define: { WIDGET_WORDS: await widgetWords() },
});
await bundle("desk.css", "css/desk.css", { target: DESKS }, DESK);
await bundle("desk.js", "js/desk.js", { format: "esm", target: DESKS }, DESK);
await writeFile(join(BUILT, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await sweep();
