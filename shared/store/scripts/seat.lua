-- Where a client has a seat. Changes nothing.
-- ask: client_id
-- Returns {room_id, hold (described, if the seat is held and its worker lives; else false), is_called (somebody else
-- holds it for this client), is_taken (it was claimed: the client is, or was a moment ago, in the room)}, or false without
-- a seat.

local room_id, seat = room_of(ask.client_id)
if not room_id then return ok(false) end
local room = read_room(room_id)
local is_waiting = seat.state == 'held' and has_lease(room.owner)
return ok({
  room_id = room_id, hold = is_waiting and describe_hold(room, ask.client_id, seat),
  is_called = is_waiting and seat.by ~= ask.client_id, is_taken = seat.state ~= 'held' or seat.before ~= nil,
})
