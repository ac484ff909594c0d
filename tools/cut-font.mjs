// Cuts a WOFF2 font down to the characters that are used, with HarfBuzz's subsetter.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import woff2 from "wawoff2";

const require = createRequire(import.meta.url);
const FEATURES = 6; // HB_SUBSET_SETS_LAYOUT_FEATURE_TAG: an inverted empty set keeps every feature
const WRITABLE = 2; // HB_MEMORY_MODE_WRITABLE

const { instance } = await WebAssembly.instantiate(
  await readFile(require.resolve("harfbuzzjs/dist/harfbuzz-subset.wasm")),
);
const hb = instance.exports;
hb._initialize?.();

function face(font) {
  const at = hb.malloc(font.byteLength);
  new Uint8Array(hb.memory.buffer).set(font, at);
  return hb.hb_face_create(hb.hb_blob_create(at, font.byteLength, WRITABLE, 0, 0), 0);
}

function wish(ranges) {
  const input = hb.hb_subset_input_create_or_fail(),
    characters = hb.hb_subset_input_unicode_set(input);
  for (const [from, to] of ranges) for (let code = from; code <= to; code++) hb.hb_set_add(characters, code);
  const features = hb.hb_subset_input_set(input, FEATURES);
  hb.hb_set_clear(features);
  hb.hb_set_invert(features);
  return input;
}

/** The font with only the characters in `ranges` ([from, to] code points), as WOFF2 bytes. */
export async function cut(bytes, ranges) {
  const subset = hb.hb_subset_or_fail(face(await woff2.decompress(bytes)), wish(ranges));
  if (!subset) throw new Error("The font could not be cut.");
  const blob = hb.hb_face_reference_blob(subset),
    at = hb.hb_blob_get_data(blob, 0),
    length = hb.hb_blob_get_length(blob);
  return Buffer.from(await woff2.compress(new Uint8Array(hb.memory.buffer).slice(at, at + length)));
}
