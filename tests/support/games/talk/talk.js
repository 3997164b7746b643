// The least that a game's page can be: its stage holds the chat.

import { find } from "room-cluster/pages/dom.js";
import { enterRoom } from "room-cluster/pages/game-page.js";

await enterRoom({ title: "Talk", chatIn: find("#stage", HTMLElement) });
