-- A room goes on to another one: it is closed, and all of its clients get seats together elsewhere, or nothing happens.
-- ask: room_id, owner_epoch, request, open_rooms (tried first, in order), room (fields of the spec of a new one),
--      candidates, overloaded_above, entry = join, invite = empty
-- Returns the holds, or room-moved, seated, room-exists, room-full, no-worker.
-- The new room takes the old one's place: its name, its place among the limits, its worker's only room.

local again = remembered('next-room', ask.room_id)
if again then return again end
settle_waiting()

local old = read_room(ask.room_id)
if not old or tonumber(old.owner_epoch) ~= ask.owner_epoch then return refuse('room-moved', ask.room_id) end

-- Everybody with a seat, in the order in which they came; away ones and those on their way in too.
local requests = {}
for client_id, seat in pairs(living_seats(ask.room_id)) do
  local kept = before_hold(seat) or seat
  requests[#requests + 1] = {
    client_id = client_id, role = kept.role, players = kept.players, session = kept.session,
  }
end
table.sort(requests, function(a, b) return a.session < b.session end)
local refused = refuse_seated(requests, ask.room_id)
if refused then return refused end

local function open_room()
  for _, room_id in ipairs(ask.open_rooms) do
    local room = room_id ~= ask.room_id and read_room(room_id)
    local is_public = room and room.game == ask.room.game and (room.doors or 'public') == 'public'
    local is_open = is_public and not refuse_newcomer(room) and has_lease(room.owner)
    if is_open and not refuse_full(room, requests) then return room end
  end
end

local holds
local room = open_room()
if room then
  close_room(ask.room_id, 'next-room')
  holds = hold_all(room, requests, '')
  tell_count(room.room_id)
else
  unindex_room(old)
  refused = refuse_name(ask.room) or refuse_full(ask.room, requests) or refuse_ownerless(ask.room)
  if refused then
    index_room(old)
    return refused
  end
  close_room(ask.room_id, 'next-room')
  holds = place_room(ask.room, requests, '')
end
return remember('next-room', ask.room_id, ok(holds))
