-- Creates a room on one of the candidates and holds its first seats. It is born at its first claim.
-- ask: room (fields of its spec), seats [{client_id, role, players}], request, candidates, overloaded_above,
--      cluster_limit, client_limit
-- Returns the holds, or room-exists, room-limit, client-room-limit, room-full, seated, no-worker.

local room = ask.room
local again = remembered('place', room.creator)
if again then return again end
settle_waiting()

local refused = refuse_seated(ask.seats, room.room_id)
if refused then return refused end
if redis.call('HEXISTS', key.names(room.game), room.folded) == 1
  or redis.call('EXISTS', key.room(room.room_id), key.closed(room.room_id)) > 0 then
  return refuse('room-exists')
end
if ask.cluster_limit > 0 and redis.call('SCARD', key.rooms) >= ask.cluster_limit then return refuse('room-limit') end
if ask.client_limit > 0 and redis.call('SCARD', key.creator(room.creator)) >= ask.client_limit then
  return refuse('client-room-limit')
end
refused = refuse_full(room, ask.seats)
if refused then return refused end

room.owner = choose_worker(room)
if not room.owner then return refuse('no-worker') end

room.owner_epoch, room.is_born, room.created_ms, room.renewed_ms = '1', '0', now, now
set_fields(key.room(room.room_id), room)
index_room(room)
redis.call('ZADD', key.waiting, now + times.hold_ms, room.room_id)
return remember('place', room.creator, ok(hold_all(room, ask.seats, room.creator)))
