-- Creates a room on one of the candidates and holds its first seats. It is born at its first claim.
-- ask: room (fields of its spec), seats [{client_id, role, players}], request, candidates, overloaded_above,
--      cluster_limit, client_limit
-- Returns the holds, or room-exists, room-limit, client-room-limit, room-full, seated, no-worker.

local room = ask.room
local again = remembered('place', room.creator)
if again then return again end
settle_waiting()

local function refuse_limit()
  if ask.cluster_limit > 0 and redis.call('SCARD', key.rooms) >= ask.cluster_limit then return refuse('room-limit') end
  if ask.client_limit > 0 and redis.call('SCARD', key.creator(room.creator)) >= ask.client_limit then
    return refuse('client-room-limit')
  end
end

local refused = refuse_seated(ask.seats, room.room_id) or refuse_name(room) or refuse_limit()
  or refuse_full(room, ask.seats) or refuse_ownerless(room)
if refused then return refused end
return remember('place', room.creator, ok(place_room(room, ask.seats, room.creator)))
