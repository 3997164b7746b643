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
  /** Each object's class by the object's id: its own field `kind` may say something else. @type {Map<number, number>} */
  #classOf = new Map();

  /** In order of id. @returns {IterableIterator<GameObject>} */
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
    for (const object of this) if (!kind || this.#tableOf(object.id)?.name === kind) found.push(object);
    return found;
  }

  /** The whole picture. @param {SceneMessage} message */
  show({ tick, classes, fields, objects }) {
    const before = this.objects;
    this.tick = tick;
    this.classes = classes.map(([name, names, quanta]) => ({ name, fields: names, quanta }));
    this.fields = { ...fields };
    this.objects = new Map();
    this.#classOf = new Map();
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
    for (const [name, value] of Object.entries(update.fields)) this.#set(name, value);
    for (const id of update.removed) this.#drop(id);
    for (const row of update.changed) this.eachChange(row, set);
    for (const row of update.added) this.#put(row, this.objects);
    if (update.added.length) this.#sort();
    return true;
  }

  /** The same picture as another scene's, in objects of its own. @param {Scene} other */
  copy(other) {
    this.tick = other.tick;
    this.classes = [...other.classes];
    this.fields = { ...other.fields };
    this.objects = new Map([...other].map((object) => [object.id, { ...object }]));
    this.#classOf = new Map(other.#classOf);
  }

  /** What a row of `changed` says. @param {any[]} row @param {(object: GameObject, field: string, value: any) => void} tell */
  eachChange(row, tell) {
    const object = this.objects.get(row[0]);
    const table = this.#tableOf(row[0]);
    if (!object || !table) return;
    for (let index = 1; index < row.length; index += 2) {
      const field = row[index];
      tell(object, table.fields[field] ?? "", valueOf(row[index + 1], table.quanta[field]));
    }
  }

  /** @param {string} name @param {any} value null: there is no such field any more */
  #set(name, value) {
    if (value === null) delete this.fields[name];
    else this.fields[name] = value;
  }

  /** @param {number} index @param {ClassTable} table */
  #extend(index, table) {
    const known = this.classes[index]?.fields.length ?? 0;
    this.classes[index] = table;
    for (const object of known ? this.objects.values() : []) {
      if (this.#classOf.get(object.id) === index) for (const field of table.fields.slice(known)) object[field] = null;
    }
  }

  /** @param {any[]} row @param {Map<number, GameObject>} known objects that may be here already */
  #put(row, known) {
    const [id, index] = row;
    const table = this.classes[index];
    if (!table) return;
    const before = known.get(id);
    /** @type {GameObject} */
    const object = before?.kind === table.name ? before : { id, kind: table.name };
    table.fields.forEach((field, place) => { object[field] = valueOf(row[place + VALUES_FROM], table.quanta[place]); });
    this.objects.set(id, object);
    this.#classOf.set(id, index);
  }

  /** @param {number} id */
  #drop(id) {
    this.objects.delete(id);
    this.#classOf.delete(id);
  }

  /** What comes into sight may be older than what is there. */
  #sort() {
    let last = 0;
    let isSorted = true;
    for (const id of this.objects.keys()) {
      isSorted &&= id > last;
      last = id;
    }
    if (!isSorted) this.objects = new Map([...this.objects].sort(([one], [other]) => one - other));
  }

  /** @param {number} id */
  #tableOf(id) {
    return this.classes[this.#classOf.get(id) ?? -1];
  }
}

/** @param {GameObject} object @param {string} field @param {any} value */
const set = (object, field, value) => { object[field] = value; };

/** What is absent is null. @param {any} value @param {number | undefined} quantum */
function valueOf(value, quantum) {
  if (value === undefined) return null;
  return quantum && typeof value === "number" ? value * quantum : value;
}
