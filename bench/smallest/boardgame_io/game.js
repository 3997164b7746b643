export const Dots = {
  name: "dots",
  setup: ({ ctx }) => ({ dots: Array.from({ length: ctx.numPlayers }, () => ({ x: 400, y: 300 })) }),
  turn: { activePlayers: { all: "play" }, stages: { play: {} } },
  moves: {
    move: ({ G, playerID }, x, y) => {
      if (!Number.isFinite(x) || !Number.isFinite(y) || Math.hypot(x, y) > 1) return "INVALID_MOVE";
      G.dots[playerID].x += x * 10;
      G.dots[playerID].y += y * 10;
    },
  },
};
