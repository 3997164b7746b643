-- Holds seats in a room, all or none. A client that has one there keeps it, under a new session number.
-- ask: room_id, seats [{client_id, role, players}], by, request, entry, invite (see common/doors.lua)
-- Returns the holds, or room-unknown, room-closed, invite-wrong, room-locked, join-refused, session-over, seated,
-- room-full, worker-lost; store-unavailable for a return that only a renewal of the room can decide.

local again = remembered('hold', ask.by)
if again then return again end
settle_waiting()

local room = read_room(ask.room_id)
if not room then
  if ask.invite ~= '' then return refuse_unknown(ask.room_id) end
  return refuse_missing(ask.room_id)
end
local refused = refuse_entry(room, ask.seats)
if refused then return refused end
if not has_lease(room.owner) then return refuse('worker-lost', ask.room_id) end
keep_roles(ask.room_id, ask.seats)
refused = refuse_seated(ask.seats, ask.room_id) or refuse_full(room, ask.seats)
if refused then return refused end

local holds = hold_all(room, ask.seats, ask.by)
if redis.call('ZSCORE', key.waiting, ask.room_id) then
  set_stage(ask.room_id, key.waiting, now + times.hold_ms)
end
tell_count(ask.room_id)
return remember('hold', ask.by, ok(holds))
