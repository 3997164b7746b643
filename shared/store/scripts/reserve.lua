-- The owner changes what a member's seat is: more players on it, or a player instead of a spectator.
-- ask: room_id, owner_epoch, client_id, session, role, players
-- Returns nothing, or room-moved, session-over (this session has no seat), room-full. The same again does nothing.

local room = read_room(ask.room_id)
if not room or tonumber(room.owner_epoch) ~= ask.owner_epoch then return refuse('room-moved', ask.room_id) end

local seat = seat_in(ask.room_id, ask.client_id)
local present = before_hold(seat)
if not present or present.session ~= ask.session then return refuse('session-over', ask.room_id) end

present.role, present.players = ask.role, ask.players
local seats = living_seats(ask.room_id)
seats[ask.client_id] = seat
local refused = refuse_overfull(room, seats)
if refused then return refused end

put_seat(ask.room_id, ask.client_id, seat)
tell_count(ask.room_id)
return ok()
