"""Prediction in real Chromium, Python and all: on a slow line one's own player moves before the server can say so."""

from itertools import pairwise

from tests.support.town import Town

LATENCY_MS = 220
"""Added to each way: what the server makes of an input shows after two of these."""
PLAY = """async (latencyMs) => {
    const { connect } = await import("/client/index.js");
    const { Weather } = await import("/client/simulate.js");
    const weather = Object.assign(new Weather(), { latencyMs });
    const lobby = await connect({ weather });
    const room = await lobby.create("bumpers", { name: "Far away", options: { balls: 0 } });
    if (!room.playing.isWhole) await new Promise((resolve) => room.notices.on("scene", resolve));
    await room.predict();
    const xOf = (scene) => scene.all("Ball").find(({ player }) => player === room.me.number)?.x ?? NaN;
    const frame = () => new Promise(requestAnimationFrame);
    while (Number.isNaN(xOf(room.view()))) await frame();
    const [began, seen, known] = [performance.now(), xOf(room.view()), xOf(room.scene)];
    room.input({ move: { x: 1, y: 0 } });
    const moved = { seenMs: 0, knownMs: 0, xs: [] };
    while (!moved.knownMs) {
        await frame();
        const x = xOf(room.view());
        moved.xs.push(x);
        if (!moved.seenMs && x > seen + 0.5) moved.seenMs = performance.now() - began;
        if (xOf(room.scene) > known + 0.5) moved.knownMs = performance.now() - began;
    }
    weather.latencyMs = 0;
    await room.leave();
    lobby.close();
    return moved;
}"""


def test_ones_own_player_moves_at_once(town: Town) -> None:
    ada = town.person("Ada")
    moved = ada.page.evaluate(PLAY, LATENCY_MS)
    assert moved["knownMs"] >= 2 * LATENCY_MS
    assert 0 < moved["seenMs"] < moved["knownMs"]
    assert all(later > earlier - 1 for earlier, later in pairwise(moved["xs"]))
