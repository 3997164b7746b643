-- The owner changes what a member's seat is: more players on it, or a player instead of a spectator.
-- ask: room_id, owner_epoch, client_id, session, role, players, number (of the owner's reservations in this room)
-- Returns nothing, or room-moved, session-over (this session has no seat), room-full. Does nothing the second time, and
-- when a newer one was here first.

local room = read_room(ask.room_id)
if not room or tonumber(room.owner_epoch) ~= ask.owner_epoch then return refuse('room-moved', ask.room_id) end

local seat = seat_in(ask.room_id, ask.client_id)
local present = before_hold(seat)
if not present or present.session ~= ask.session then return refuse('session-over', ask.room_id) end

if has_reservation(present, ask.owner_epoch, ask.number) then return ok() end

present.role, present.players = ask.role, ask.players
present.reservation = {owner_epoch = ask.owner_epoch, number = ask.number}
local seats = living_seats(ask.room_id)
seats[ask.client_id] = seat
local refused = refuse_overfull(room, seats)
if refused then return refused end

put_seat(ask.room_id, ask.client_id, seat)
tell_count(ask.room_id)
return ok()
