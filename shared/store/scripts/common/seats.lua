-- Seats of a room: a hash from client to a msgpack map
--   session, state (held, taken, away), role, players, until_ms
--   request   of the claim that took it; the same claim sent again gets the same answer
--   by        of a hold: who made it, the client itself or somebody who called it there
--   reservation  {owner_epoch, number} of the owner's last change to its role and players (reserve.lua)
--   before    what a hold replaces (a taken or away seat of the same client), gives back if it ends unused, and goes on
--             with when it is claimed: the same role, the same players
-- A hold and an away seat end at until_ms. A taken seat belongs to its owner's renewals: until_ms is one lease after the
-- last that named it; only a later renewal may drop it (renew.lua).

local function living(seat)
  if seat and seat.state ~= 'taken' and seat.until_ms <= now then return living(seat.before) end
  return seat
end

local function seat_in(room_id, client_id)
  local packed = redis.call('HGET', key.seats(room_id), client_id)
  return packed and living(cmsgpack.unpack(packed)) or nil
end

local function put_seat(room_id, client_id, seat)
  redis.call('HSET', key.seats(room_id), client_id, cmsgpack.pack(seat))
  redis.call('SET', key.client(client_id), room_id)
end

local function drop_seat(room_id, client_id)
  redis.call('HDEL', key.seats(room_id), client_id)
  if redis.call('GET', key.client(client_id)) == room_id then redis.call('DEL', key.client(client_id)) end
end

-- The room in which this client has a seat, and the seat; nil without one.
local function room_of(client_id)
  local room_id = redis.call('GET', key.client(client_id))
  local seat = room_id and seat_in(room_id, client_id)
  if seat then return room_id, seat end
end

-- All seats of the room, client to seat, without those that have ended.
local function living_seats(room_id)
  local seats = hash(key.seats(room_id))
  for client_id, packed in pairs(seats) do seats[client_id] = living(cmsgpack.unpack(packed)) end
  return seats
end

-- Also deletes those that have ended.
local function purge_seats(room_id)
  for client_id, packed in pairs(hash(key.seats(room_id))) do
    local seat = cmsgpack.unpack(packed)
    local left = living(seat)
    if not left then
      drop_seat(room_id, client_id)
    elseif left ~= seat then
      put_seat(room_id, client_id, left)
    end
  end
end

-- Whether this owner's reservation of that number, or a later one, has changed the seat.
local function has_reservation(seat, owner_epoch, number)
  local made = seat.reservation
  return made and made.owner_epoch == owner_epoch and made.number >= number
end

-- Players and spectators; a hold counts as the seat that it goes on with.
local function count(seats)
  local players, spectators = 0, 0
  for _, seat in pairs(seats) do
    local counted = living(seat.before) or seat
    players = players + counted.players
    if counted.role == 'spectator' then spectators = spectators + 1 end
  end
  return players, spectators
end

local function count_in(room_id)
  return count(living_seats(room_id))
end

-- Gives up a seat up to this session number. A newer hold stays, but what it replaced does not come back.
local function give_up(room_id, client_id, session)
  local left = tonumber(redis.call('GET', key.left(client_id)) or 0)
  redis.call('SET', key.left(client_id), math.max(left, session), 'PX', times.left_ms)
  local seat = seat_in(room_id, client_id)
  if not seat then return end
  if seat.session <= session then
    drop_seat(room_id, client_id)
  elseif seat.before and seat.before.session <= session then
    seat.before = nil
    put_seat(room_id, client_id, seat)
  end
end

-- What a new hold would replace, and give back: the present seat unless that is itself only held.
local function before_hold(seat)
  if seat and seat.state == 'held' then return living(seat.before) end
  return seat
end

-- Whoever is in the room already asks for what it has: its session goes on, in its role and with its players.
local function keep_roles(room_id, requests)
  for _, request in ipairs(requests) do
    local before = before_hold(seat_in(room_id, request.client_id))
    if before then request.role, request.players = before.role, before.players end
  end
end

-- Holds a seat under a new number, whatever state the client's seat in this room has.
local function hold_seat(room_id, request, by)
  local held = {
    session = next_number(), state = 'held', role = request.role, players = request.players, by = by,
    until_ms = now + times.hold_ms, before = before_hold(seat_in(room_id, request.client_id)),
  }
  put_seat(room_id, request.client_id, held)
  return held
end
