import { Client, LobbyClient } from "boardgame.io/client";
import { SocketIO } from "boardgame.io/multiplayer";
import { Dots } from "./game.js";

const lobby = new LobbyClient({ server: location.origin });
const { matches } = await lobby.listMatches("dots");
const free = matches.find(({ players }) => players.some(({ name }) => !name));
const matchID = free?.matchID ?? (await lobby.createMatch("dots", { numPlayers: 8 })).matchID;
const { playerID, playerCredentials } = await lobby.joinMatch("dots", matchID, { playerName: "Somebody" });
const client = Client({ game: Dots, multiplayer: SocketIO(), matchID, playerID, credentials: playerCredentials });
client.start();

const down = new Set();
addEventListener("keydown", ({ code }) => down.add(code));
addEventListener("keyup", ({ code }) => down.delete(code));
setInterval(() => {
  const axis = (more, less) => Number(down.has(more)) - Number(down.has(less));
  const [x, y] = [axis("ArrowRight", "ArrowLeft"), axis("ArrowDown", "ArrowUp")];
  const length = Math.max(1, Math.hypot(x, y));
  if (x || y) client.moves.move(x / length, y / length);
}, 50);

const context = document.querySelector("canvas").getContext("2d");
client.subscribe((state) => {
  context.clearRect(0, 0, 800, 600);
  for (const { x, y } of state?.G.dots ?? []) {
    context.beginPath();
    context.arc(x, y, 16, 0, 7);
    context.fill();
  }
});
