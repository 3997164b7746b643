// A game's state as the server shows it: fields of its own, and objects. A `scene` message replaces all of it, an `update`
// changes it; the format is in docs/PROTOCOL.md ("Scenes and updates"). An object stays the same JavaScript object for
// as long as it is there. References to players and objects are their ids.

/**
 * A game's object: its id, the name of its class, and its fields.
 * @typedef {{ id: number, kind: string, [field: string]: any }} GameObject
 * @typedef {import("./protocol.js").SceneMessage} SceneMessage
 * @typedef {import("./protocol.js").UpdateMessage} UpdateMessage
 * @typedef {{ name: string, fields: string[], quanta: number[] }} ClassTable `quanta`: 0 for what travels as it is
 */

/** In a row of an object its id and class come first. */
const VALUES_FROM = 2;

export class Scene {
  /** The tick whose picture this is. */
  tick = 0;
  /** The scene's own fields. @type {Record<string, any>} */
  fields = {};
  /** By id. @type {Map<number, GameObject>} */
  objects = new Map();
  /** In order of their numbers on the wire. @type {ClassTable[]} */
  classes = [];

  /** @returns {IterableIterator<GameObject>} */
  [Symbol.iterator]() {
    return this.objects.values();
  }

  /** @param {number | null} id @returns {GameObject | null} */
  find(id) {
    return this.objects.get(id ?? 0) ?? null;
  }

  /** In order of id. @param {string} [kind] the name of a class; all objects without it @returns {GameObject[]} */
  all(kind) {
    const found = [];
    for (const object of this.objects.values()) if (!kind || object.kind === kind) found.push(object);
    return found.sort((one, other) => one.id - other.id);
  }

  /** The whole picture. @param {SceneMessage} message */
  show({ tick, classes, fields, objects }) {
    const before = this.objects;
    this.tick = tick;
    this.classes = classes.map(([name, names, quanta]) => ({ name, fields: names, quanta }));
    this.fields = { ...fields };
    this.objects = new Map();
    for (const row of objects) this.#put(row, before);
  }

  /**
   * What changed since the picture of tick `base`.
   * @param {UpdateMessage} update @returns {boolean} false, and nothing done, when this is another tick's picture
   */
  apply(update) {
    if (update.base !== this.tick) return false;
    this.tick = update.tick;
    for (const [index, name, names, quanta] of update.classes) this.#extend(index, { name, fields: names, quanta });
    Object.assign(this.fields, update.fields);
    for (const id of update.removed) this.objects.delete(id);
    for (const row of update.added) this.#put(row, this.objects);
    for (const row of update.changed) this.#change(row);
    return true;
  }

  /** The same picture as another scene's, in objects of its own. @param {Scene} other */
  copy(other) {
    this.tick = other.tick;
    this.classes = [...other.classes];
    this.fields = { ...other.fields };
    this.objects = new Map([...other].map((object) => [object.id, { ...object }]));
  }

  /** What a row of `changed` says. @param {any[]} row @param {(object: GameObject, field: string, value: any) => void} tell */
  eachChange(row, tell) {
    const object = this.objects.get(row[0]);
    const table = object && this.#tableOf(object);
    if (!object || !table) return;
    for (let index = 1; index < row.length; index += 2) {
      const field = row[index];
      tell(object, table.fields[field] ?? "", valueOf(row[index + 1], table.quanta[field]));
    }
  }

  /** @param {number} index @param {ClassTable} table */
  #extend(index, table) {
    const before = this.classes[index];
    this.classes[index] = table;
    if (!before) return;
    const added = table.fields.slice(before.fields.length);
    for (const object of this) if (object.kind === table.name) for (const field of added) object[field] = null;
  }

  /** @param {any[]} row @param {Map<number, GameObject>} known objects that may be here already */
  #put(row, known) {
    const table = this.classes[row[1]];
    if (!table) return;
    const before = known.get(row[0]);
    /** @type {GameObject} */
    const object = before?.kind === table.name ? before : { id: row[0], kind: table.name };
    table.fields.forEach((field, index) => { object[field] = valueOf(row[index + VALUES_FROM], table.quanta[index]); });
    this.objects.set(object.id, object);
  }

  /** @param {any[]} row */
  #change(row) {
    this.eachChange(row, set);
  }

  /** @param {GameObject} object */
  #tableOf({ kind }) {
    return this.classes.find(({ name }) => name === kind);
  }
}

/** @param {GameObject} object @param {string} field @param {any} value */
const set = (object, field, value) => { object[field] = value; };

/** What is absent is null. @param {any} value @param {number | undefined} quantum */
function valueOf(value, quantum) {
  if (value === undefined) return null;
  return quantum && typeof value === "number" ? value * quantum : value;
}
