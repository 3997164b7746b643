-- Placing: what a new room needs, and writing it. It is born at its first claim.

local function refuse_name(room)
  if redis.call('HEXISTS', key.names(room.game), room.folded) == 1
    or redis.call('EXISTS', key.room(room.room_id), key.closed(room.room_id)) > 0 then
    return refuse('room-exists')
  end
end

-- Chooses the room's owner.
local function refuse_ownerless(room)
  room.owner = choose_worker(room)
  if not room.owner then return refuse('no-worker') end
end

-- Writes the room and holds its first seats: the holds, described.
local function place_room(room, requests, by)
  room.owner_epoch, room.is_born, room.created_ms, room.renewed_ms = '1', '0', now, now
  set_fields(key.room(room.room_id), room)
  index_room(room)
  set_stage(room.room_id, key.waiting, now + times.hold_ms)
  return hold_all(room, requests, by)
end
