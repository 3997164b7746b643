-- Holds seats in a room, all or none. A client that has one there keeps it, under a new session number.
-- ask: room_id, seats [{client_id, role, players}], by, request
-- Returns the holds, or room-unknown, room-closed, room-full, join-refused, seated, worker-lost.

local again = remembered('hold', ask.by)
if again then return again end
settle_waiting()

local room = read_room(ask.room_id)
if not room then return refuse_missing(ask.room_id) end
for _, request in ipairs(ask.seats) do
  local is_newcomer = not seat_in(ask.room_id, request.client_id)
  if is_newcomer and room.is_born ~= '1' then return refuse('room-unknown', ask.room_id) end
  if is_newcomer and room.is_open == '0' then return refuse('join-refused', ask.room_id) end
end
if not has_lease(room.owner) then return refuse('worker-lost', ask.room_id) end
local refused = refuse_seated(ask.seats, ask.room_id) or refuse_full(room, ask.seats)
if refused then return refused end

local holds = hold_all(room, ask.seats, ask.by)
if redis.call('ZSCORE', key.waiting, ask.room_id) then
  redis.call('ZADD', key.waiting, now + times.hold_ms, ask.room_id)
end
tell_players(ask.room_id)
return remember('hold', ask.by, ok(holds))
