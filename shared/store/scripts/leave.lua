-- A client gives up its seat through a lobby; the owner gets a hint, and at its next renewal another one if it missed it.
-- ask: client_id, room_id (or empty: wherever it is)
-- Returns the id of the room that it was in, or an empty text; also when the same was carried out before, and its answer
-- was lost.

local room_id, seat = room_of(ask.client_id)
if not room_id or (ask.room_id ~= '' and ask.room_id ~= room_id) then return ok('') end

give_up(room_id, ask.client_id, seat.session)
publish('SeatReleased', room_id, ask.client_id, seat.session)
local is_born = redis.call('HGET', key.room(room_id), 'is_born') == '1'
if not is_born and next(living_seats(room_id)) == nil then
  close_room(room_id, 'ticket-expired')
else
  tell_count(room_id)
end
return ok(room_id)
