-- The owner ends its room for good.
-- ask: room_id, owner_epoch, reason, only_if_empty
-- Returns 0 (closed, or not this owner's any more), or, when asked for an empty room only, the ms until the first seat
-- may be free. A taken seat is one whose member is on its way in or whose release is on its way here.

local TAKEN_AGAIN_MS = 1000

local room = read_room(ask.room_id)
if not room or tonumber(room.owner_epoch) ~= ask.owner_epoch then return ok(0) end

purge_seats(ask.room_id)
local wait_ms
for _, seat in pairs(living_seats(ask.room_id)) do
  local seat_ms = seat.state == 'taken' and TAKEN_AGAIN_MS or seat.until_ms - now
  wait_ms = math.min(wait_ms or seat_ms, seat_ms)
end
if wait_ms and ask.only_if_empty then return ok(math.max(1, wait_ms)) end

close_room(ask.room_id, ask.reason)
return ok(0)
