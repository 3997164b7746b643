-- Doors: who may come into a room. A client that has a seat there always may; others as `ask.entry` says:
--   join       through the doors, with `ask.invite` where they are private
--   take-over  the same; but one's own seat may be in use on another line, which then ends
--   return     only to one's own seat
--   called     by a server or from another room: no doors, and no matter who is in the seat

-- A private room and one that does not exist look the same to whoever has no right code.
local function refuse_unknown(room_id)
  return refuse(ask.invite ~= '' and 'invite-wrong' or 'room-unknown', room_id)
end

-- While its owner was not heard for a whole lease, the room may have stood still, and a seat that has ended here gone on
-- there: the next renewal puts it back. An orphan has no owner that could.
local function refuse_return(room)
  if room.owner ~= '' and now - room.renewed_ms > times.lease_ms then
    return refuse('store-unavailable', room.room_id, 'This room has not been heard of for a while. Try again.')
  end
  return refuse('session-over', room.room_id)
end

local function refuse_newcomer(room)
  if ask.entry == 'return' then return refuse_return(room) end
  if room.is_born ~= '1' then return refuse_unknown(room.room_id) end
  if ask.entry ~= 'called' then
    local is_known = room.doors ~= 'private' or (has_invite(room) and ask.invite == room.invite)
    if not is_known then return refuse_unknown(room.room_id) end
    if room.is_locked == '1' then return refuse('room-locked', room.room_id) end
  end
  if room.is_open == '0' then return refuse('join-refused', room.room_id) end
end

-- Its seat is in use already.
local function refuse_second_line(room, seat)
  local before = before_hold(seat)
  if ask.entry == 'join' and before and before.state == 'taken' and has_lease(room.owner) then
    return refuse('seated', room.room_id, 'You are in this room already, in another window.')
  end
end

-- The first of these clients that may not come in.
local function refuse_entry(room, requests)
  for _, request in ipairs(requests) do
    local seat = seat_in(room.room_id, request.client_id)
    local refused
    if seat then refused = refuse_second_line(room, seat) else refused = refuse_newcomer(room) end
    if refused then return refused end
  end
end
