// What a game brings to look at and listen to. The manifest names every file by its content, so that the browser keeps what
// it has; a file that cannot be read is left out, and the game goes on without it.

const AT_ONCE = 6;
const IMAGES = /\.(png|jpe?g|webp|avif|gif|svg)$/i;
const SOUNDS = /\.(ogg|oga|mp3|wav|m4a|opus|flac|webm)$/i;
const TREES = /\.json$/i;

/**
 * @typedef {{ url: string, bytes: number }} Listed
 * @typedef {{ title: string, client: string, offline: boolean, assets: Record<string, Listed> }} Manifest
 * @typedef {{ fetch?: Fetch, decode?: (blob: Blob) => Promise<any>, onProgress?: (share: number) => void }} How
 *   `decode` makes a picture of a file, `onProgress` gets 0 to 1
 * @typedef {HTMLImageElement | ImageBitmap} Picture
 */

/** @param {string} game its name @param {Pick<How, "fetch">} [how] @returns {Promise<Manifest>} */
export async function readManifest(game, { fetch = globalThis.fetch } = {}) {
  const answer = await fetch(`/games/${encodeURIComponent(game)}/assets.json`);
  if (!answer.ok) throw new Error(`the game ${game} has no list of assets here: ${answer.status}`);
  return answer.json();
}

export class Assets {
  /** @type {Map<string, Picture>} */
  images = new Map();
  /** Encoded. @type {Map<string, ArrayBuffer>} */
  sounds = new Map();
  /** What is neither: JSON read, others as bytes. @type {Map<string, any>} */
  files = new Map();

  /** @param {string} name with or without its ending @returns {Picture | null} */
  image(name) {
    return this.images.get(name) ?? null;
  }

  /** Under its name, and the name without its ending where that is free. @param {string} name @param {any} read */
  add(name, read) {
    const shelf = IMAGES.test(name) ? this.images : SOUNDS.test(name) ? this.sounds : this.files;
    const short = name.replace(/\.[^./]+$/, "");
    shelf.set(name, read);
    if (!shelf.has(short)) shelf.set(short, read);
  }
}

/** All of a manifest's files, a few at a time. @param {Manifest} manifest @param {How} [how] @returns {Promise<Assets>} */
export async function loadAssets(manifest, { fetch = globalThis.fetch, decode = decodePicture, onProgress = () => {} } = {}) {
  const assets = new Assets();
  const waiting = Object.entries(manifest.assets);
  const total = waiting.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  let loaded = 0;
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, { url, bytes }] = next;
      let counted = 0;
      const count = (/** @type {number} */ size) => {
        // Within its announced size, so that a file never counts for more than it is.
        loaded += Math.min(size, bytes - counted);
        counted = Math.min(bytes, counted + size);
        onProgress(total ? loaded / total : 1);
      };
      const read = await readAsset(name, url, { fetch, decode, count });
      count(bytes);
      if (read !== null) assets.add(name, read);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return assets;
}

/** @typedef {typeof globalThis.fetch} Fetch */

/**
 * @param {string} name @param {string} url
 * @param {{ fetch: Fetch, decode: (blob: Blob) => Promise<any>, count: (bytes: number) => void }} how @returns {Promise<any>} null: unreadable
 */
async function readAsset(name, url, { fetch, decode, count }) {
  try {
    let answer = await fetch(url);
    // The file has changed since the list was read, or another lobby has an older one: its plain name leads to what is there.
    if (answer.status === 404) answer = await fetch(url.replace(/\.[0-9a-f]{12}(?=\.[^./]+$|$)/, ""));
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const bytes = await readCounting(answer, count);
    if (IMAGES.test(name)) return await decode(new Blob([bytes], { type: answer.headers.get("content-type") ?? "" }));
    return TREES.test(name) ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
  } catch (error) {
    console.warn(`The asset ${name} is left out:`, error);
    return null;
  }
}

/** @param {Response} answer @param {(bytes: number) => void} count @returns {Promise<ArrayBuffer>} */
async function readCounting(answer, count) {
  const reader = answer.body?.getReader();
  if (!reader) return answer.arrayBuffer();
  const chunks = [];
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    if (!value) continue;
    chunks.push(value);
    count(value.length);
  }
  return new Blob(chunks).arrayBuffer();
}

/** A drawing (SVG) stays one, so that it is sharp at every size. @param {Blob} blob @returns {Promise<Picture>} */
async function decodePicture(blob) {
  if (!blob.type.includes("svg")) return createImageBitmap(blob);
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  await image.decode();
  return image;
}
