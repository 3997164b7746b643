// The picture as facts, without a canvas: strokes in the order of their first point. Everybody keeps one; the host deposits
// its own, so that newcomers and the next host go on from there. Pieces of a stroke name where they begin, so that they may
// arrive twice, or before the picture.

/**
 * Points are whole numbers in turn, x and y, on a sheet of WIDTH by HEIGHT.
 * @typedef {{ id: string, page: number, colour: number, width: number, at: number, points: number[] }} Piece
 * @typedef {{ id: string, colour: number, width: number, points: number[] }} Stroke
 * @typedef {{ page: number, undone: string[], pieces: Piece[] }} Picture
 */

export const WIDTH = 1600;
export const HEIGHT = 1200;
const COLOURS = 8;
export const WIDTHS = [4, 10, 26];

/** The longest stroke. A hand that goes on draws the next one. */
export const STROKE_NUMBERS = 4000;
export const PIECE_NUMBERS = 1000;
/** A full sheet. Its picture stays below what a host may deposit (1 MiB), at up to 3 bytes a number. */
export const SHEET_NUMBERS = 200_000;
const UNDONE_KEPT = 500;
/** What a stroke costs beside its points. */
const STROKE_COST = 20;
const ID_CHARS = 40;

export class Sheet {
  constructor() {
    /** Rises with each clearing; what belongs to an older one is not drawn. */
    this.page = 0;
    /** @type {Map<string, Stroke>} */
    this.strokes = new Map();
    /** @type {Set<string>} */
    this.undone = new Set();
    this.size = 0;
  }

  get isFull() {
    return this.size >= SHEET_NUMBERS;
  }

  /** @param {Piece} piece @returns {Stroke | null} the stroke that grew, or null when nothing is to be drawn */
  add(piece) {
    if (!fits(piece) || piece.page !== this.page || this.undone.has(piece.id) || this.isFull) return null;
    const known = this.strokes.get(piece.id);
    const stroke = known ?? { id: piece.id, colour: piece.colour, width: piece.width, points: [] };
    this.size -= costOf(known);
    for (const [index, value] of piece.points.entries()) stroke.points[piece.at + index] = value;
    this.size += costOf(stroke);
    this.strokes.set(piece.id, stroke);
    return stroke;
  }

  /** One's own hand goes on. @param {Stroke} stroke of this sheet @param {...number} numbers */
  grow(stroke, ...numbers) {
    stroke.points.push(...numbers);
    this.size += numbers.length;
  }

  /** @param {string} id @returns {boolean} whether there is something to draw anew */
  undo(id) {
    this.undone.add(id);
    this.size -= costOf(this.strokes.get(id));
    return this.strokes.delete(id);
  }

  /**
   * What a member said, which is anybody's: a type that is not known, or somebody else's stroke, changes nothing.
   * @param {string} type @param {any} body @param {number} from the member's number @returns {boolean} whether there is something to draw
   */
  hear(type, body, from) {
    if (type === "stroke") return isBy(from, body?.id) && this.add(body) !== null;
    return type === "undo" && isBy(from, body) && this.undo(body);
  }

  /** A new, empty page; an older one changes nothing. @param {number} page */
  clear(page) {
    if (!(page > this.page)) return false;
    this.page = page;
    this.size = 0;
    this.strokes.clear();
    this.undone.clear();
    return true;
  }

  /** All of it. @returns {Picture} */
  picture() {
    const pieces = [...this.strokes.values()].flatMap((stroke) => cut(stroke, this.page));
    return { page: this.page, undone: [...this.undone].slice(-UNDONE_KEPT), pieces };
  }

  /** Becomes that picture; what is drawn here at the moment, on the same page, stays. @param {Picture | null} picture @param {Stroke | null} drawing */
  become(picture, drawing) {
    const isSamePage = this.page === (picture?.page ?? 0);
    this.page = picture?.page ?? 0;
    this.size = 0;
    this.strokes.clear();
    this.undone.clear();
    picture?.undone.forEach((id) => this.undo(id));
    picture?.pieces.forEach((piece) => this.add(piece));
    if (!drawing || !isSamePage) return;
    this.size += costOf(drawing) - costOf(this.strokes.get(drawing.id));
    this.strokes.set(drawing.id, drawing);
  }
}

/** @param {Stroke | undefined} stroke */
const costOf = (stroke) => (stroke ? stroke.points.length + STROKE_COST : 0);

/** Ids begin with their author's number: nobody draws on, or takes away, somebody else's stroke. @param {number} number @param {unknown} id */
const isBy = (number, id) => isId(id) && id.startsWith(`${number}.`);

/** @param {unknown} id @returns {id is string} */
const isId = (id) => typeof id === "string" && id.length < ID_CHARS;

/** @param {unknown} value */
const isOnSheet = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= Math.max(WIDTH, HEIGHT);

/** @param {Stroke} stroke @param {number} page @returns {Piece[]} */
function cut({ id, colour, width, points }, page) {
  const pieces = [];
  for (let at = 0; at < points.length; at += PIECE_NUMBERS) {
    // A gap (a piece that is still on its way) repeats the point before it.
    const values = Array.from(points.slice(at, at + PIECE_NUMBERS), (value, index) => value ?? points[index % 2] ?? 0);
    pieces.push({ id, page, colour, width, at, points: values });
  }
  return pieces;
}

/** What came over the wire is anybody's. @param {Piece | null} piece */
function fits(piece) {
  if (piece === null || typeof piece !== "object") return false;
  const { id, colour, width, at, points } = piece;
  return isId(id)
    && Number.isInteger(colour) && colour >= 0 && colour < COLOURS && WIDTHS.includes(width)
    && Number.isInteger(at) && at >= 0 && at % 2 === 0
    && Array.isArray(points) && points.length % 2 === 0 && points.length <= PIECE_NUMBERS
    && at + points.length <= STROKE_NUMBERS && points.every(isOnSheet);
}
