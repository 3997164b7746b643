-- The owner frees the seats of members that have left.
-- ask: room_id, owner_epoch, seats [[client_id, session]]
-- Returns nothing; does nothing for an owner that is not the present one.

local room = read_room(ask.room_id)
if room and tonumber(room.owner_epoch) == ask.owner_epoch then
  for _, seat in ipairs(ask.seats) do give_up(ask.room_id, seat[1], seat[2]) end
  tell_count(ask.room_id)
end
return ok()
