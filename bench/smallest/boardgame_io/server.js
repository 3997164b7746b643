import { Server } from "boardgame.io/dist/cjs/server.js";
import serve from "koa-static";
import { Dots } from "./game.js";

const server = Server({ games: [Dots] });
server.app.use(serve("public"));
server.run(8000);
