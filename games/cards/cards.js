// Nines: the table as everybody sees it, and one's own hand. What may be played is decided by main.py alone; this page only
// shows what fits, and says in words what happens, for those who hear it too.

import { conceal, el, find } from "room-cluster/pages/dom.js";
import { enterRoom } from "room-cluster/pages/game-page.js";
import { showResult } from "room-cluster/pages/result-screen.js";
import { Hand } from "./hand.js";
import { nameOf, paint } from "./suits.js";

/** @typedef {import("./hand.js").Card} Card */

const room = await enterRoom({ title: "Nines", staysForResult: true });
const deck = find("#deck", HTMLButtonElement);
const deal = find("#deal", HTMLButtonElement);
const pile = find("#pile", HTMLElement);
const turn = find("#turn", HTMLElement);
const said = find("#said", HTMLElement);
const hand = new Hand(find("#hand", HTMLElement), deck, (card) => room.act("play", { card: card.id }));

deck.addEventListener("click", () => { if (isMyTurn()) room.act("take"); });
deal.addEventListener("click", () => room.act("deal"));

/** @param {number | null} id */
const nameOfPlayer = (id) => (id === room.me.number ? "You" : room.player(id)?.name ?? "Somebody");
const isMyTurn = () => room.scene.fields.turn === room.me.number && room.me.role === "player";

// --- what is to be seen

function show() {
  const { fields } = room.scene;
  const top = /** @type {Card | null} */ (room.scene.find(fields.top));
  const seats = room.scene.all("Seat");
  showPile(top);
  showOthers(seats.filter(({ player }) => player !== room.me.number), fields.turn);
  const own = room.scene.all("Card").filter(({ holder }) => holder === room.me.number);
  hand.show(/** @type {Card[]} */ (own), top, isMyTurn());
  turn.textContent = turnInWords(fields, seats.length);
  document.body.classList.toggle("my-turn", isMyTurn());
  const me = seats.find(({ player }) => player === room.me.number);
  find("#own-title", HTMLElement).textContent = me ? `Your hand · ${points(me.points)} of ${fields.goal}` : "You watch";
  deck.setAttribute("aria-disabled", String(!isMyTurn()));
  const mayDeal = me && (fields.turn === null || fields.turn === undefined) && seats.length > 1;
  if (mayDeal) deal.hidden = false;
  else conceal(deal, hand);
}

/** @param {Card | null} top */
function showPile(top) {
  if (pile.dataset.card === String(top?.id)) return;
  pile.dataset.card = String(top?.id);
  pile.setAttribute("aria-label", top ? `On the table: ${nameOf(top)}` : "No card on the table");
  const shown = paint(el("div", { class: "playing-card" }), top);
  shown.style.rotate = `${((top?.id ?? 0) * 7) % 13 - 6}deg`;
  pile.replaceChildren(...[pile.lastElementChild, shown].filter((card) => card !== null));
}

/** @param {import("room-cluster").GameObject[]} seats @param {number | null} whose */
function showOthers(seats, whose) {
  find("#others", HTMLElement).replaceChildren(...seats.map(({ player, cards, points: score }) => {
    const isOn = player === whose;
    const name = el("strong", {}, nameOfPlayer(player));
    const backs = el("span", { class: "backs", "aria-hidden": "true" }, ...Array.from({ length: Math.min(cards, 12) }, () => el("i")));
    const count = el("span", {}, `${cards === 1 ? "1 card" : `${cards} cards`} · ${points(score)}`);
    const item = el("li", isOn ? { class: "on", "aria-current": "true" } : {}, name, backs, count);
    item.style.setProperty("--own", room.player(player)?.colour ?? "");
    item.classList.toggle("away", room.player(player)?.isAway === true);
    return item;
  }));
}

/** @param {Record<string, any>} fields @param {number} seats */
function turnInWords({ turn: whose, winner }, seats) {
  if (whose) return isMyTurn() ? "Your turn" : `${nameOfPlayer(whose)}’s turn`;
  if (seats < 2) return "Waiting for somebody to play with";
  return winner ? `${nameOfPlayer(winner)} won the round` : "Ready when you are";
}

/** @param {number} count */
const points = (count) => (count === 1 ? "1 point" : `${count} points`);

// --- what is to be heard

/** @type {Record<string, (fields: Record<string, any>) => string>} */
const TELLS = {
  dealt: ({ player }) => `${nameOfPlayer(player)} dealt.`,
  played: ({ player, suit, number }) => `${nameOfPlayer(player)} played the ${nameOf({ suit, number })}.`,
  drew: ({ player, count }) => `${nameOfPlayer(player)} drew ${count === 1 ? "a card" : `${count} cards`}.`,
  won: ({ player, points: score }) => `${nameOfPlayer(player)} got rid of all cards and has ${points(score)}.`,
};
/** The sentences of one update are read out as one. @type {string[]} */
let sentences = [];

room.notices.on("event", (name, fields) => {
  const sentence = TELLS[name]?.(fields);
  if (!sentence) return;
  if (!sentences.length) queueMicrotask(speak);
  sentences.push(sentence);
});

function speak() {
  said.replaceChildren(sentences.join(" "), el("span", { class: "unseen" }, isMyTurn() ? " Your turn." : ""));
  sentences = [];
}

room.notices.on("result", (result) => showResult(find("#stage", HTMLElement), room, result, false));
for (const notice of /** @type {const} */ (["scene", "update", "resumed", "seat", "renamed", "away", "back"])) room.notices.on(notice, show);
show();
