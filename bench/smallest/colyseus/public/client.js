const room = await new Colyseus.Client(location.origin).joinOrCreate("dots");
const context = document.querySelector("canvas").getContext("2d");
const down = new Set();

function hold({ type, code }) {
  if (type === "keydown") down.add(code);
  else down.delete(code);
  const axis = (more, less) => Number(down.has(more)) - Number(down.has(less));
  room.send("move", { x: axis("ArrowRight", "ArrowLeft"), y: axis("ArrowDown", "ArrowUp") });
}
addEventListener("keydown", hold);
addEventListener("keyup", hold);

function draw() {
  context.clearRect(0, 0, 800, 600);
  room.state.dots?.forEach((dot) => {
    context.beginPath();
    context.arc(dot.x, dot.y, 16, 0, 7);
    context.fill();
  });
  requestAnimationFrame(draw);
}
draw();
