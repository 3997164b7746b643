-- Rooms: from placed, through born (at the first claim), to closed. A room's hash is described in store/records.py.

local function read_room(room_id)
  local room = hash(key.room(room_id))
  return room.room_id and room or nil
end

-- How many are in, as the list shows it.
local function count_text(room_id)
  return string.format('%d+%d', count_in(room_id))
end

-- Tells the bus when the numbers of players and spectators are not what it was told last.
local function tell_count(room_id)
  local text = count_text(room_id)
  local told, is_born = unpack(redis.call('HMGET', key.room(room_id), 'told_count', 'is_born'))
  if is_born ~= '1' or told == text then return end
  redis.call('HSET', key.room(room_id), 'told_count', text)
  publish('RoomChanged', room_id)
end

-- Puts the room into this one of the three sorted sets, or into none: it waits for a claim, is renewed by its owner, or
-- is an orphan.
local function set_stage(room_id, stage, at_ms)
  for _, other in ipairs({key.waiting, key.renewed, key.orphans}) do
    if other ~= stage then redis.call('ZREM', other, room_id) end
  end
  if stage then redis.call('ZADD', stage, at_ms, room_id) end
end

-- What readers get of a room (records.read_room).
local function describe_room(room)
  local players, spectators = count_in(room.room_id)
  return {
    room = room, players = players, spectators = spectators, since_ms = now - room.renewed_ms,
    address = redis.call('HGET', key.worker(room.owner), 'address'),
  }
end

local function has_invite(room)
  return room.doors == 'private' and (room.invite or '') ~= ''
end

local function free_invite(room)
  if has_invite(room) and redis.call('HGET', key.invites, room.invite) == room.room_id then
    redis.call('HDEL', key.invites, room.invite)
  end
end

-- Writes what makes a room findable; `room` is its whole hash.
local function index_room(room)
  redis.call('SADD', key.rooms, room.room_id)
  redis.call('SADD', key.creator(room.creator), room.room_id)
  redis.call('HSET', key.names(room.game), room.folded, room.room_id)
  if has_invite(room) then redis.call('HSETNX', key.invites, room.invite, room.room_id) end
  give_room(room.owner, room)
end

-- The opposite.
local function unindex_room(room)
  redis.call('SREM', key.rooms, room.room_id)
  redis.call('SREM', key.creator(room.creator), room.room_id)
  if redis.call('HGET', key.names(room.game), room.folded) == room.room_id then
    redis.call('HDEL', key.names(room.game), room.folded)
  end
  free_invite(room)
  take_room(room.owner, room.room_id)
end

-- Ends the room for good: name, invite, seats, clients and counts are free again.
local function close_room(room_id, reason)
  set_stage(room_id, nil)
  local room = read_room(room_id)
  if not room then return end
  for _, client_id in ipairs(redis.call('HKEYS', key.seats(room_id))) do drop_seat(room_id, client_id) end
  unindex_room(room)
  redis.call('DEL', key.room(room_id), key.seats(room_id))
  redis.call('SET', key.closed(room_id), reason, 'PX', times.closed_ms)
  if room.is_born == '1' then publish('RoomEnded', room_id, reason) end
end

-- A durable room without an owner: it waits for adoption.
local function make_orphan(room)
  take_room(room.owner, room.room_id)
  redis.call('HSET', key.room(room.room_id), 'owner', '')
  set_stage(room.room_id, key.orphans, now)
end

-- Rooms that were placed or adopted and that nobody came to: gone, or orphans again. The rooms closed.
local function settle_waiting()
  local closed = {}
  for _, room_id in ipairs(redis.call('ZRANGEBYSCORE', key.waiting, '-inf', now)) do
    local room = read_room(room_id)
    if room and room.is_born == '1' then
      make_orphan(room)
    else
      close_room(room_id, 'ticket-expired')
      closed[#closed + 1] = room_id
    end
  end
  return closed
end

-- Why there is no such room: it was closed, or never was (never claimed is the same, to others).
local function refuse_missing(room_id)
  local reason = redis.call('GET', key.closed(room_id))
  return refuse(reason and reason ~= 'ticket-expired' and 'room-closed' or 'room-unknown', room_id)
end

-- The first of these clients that has a seat in another room: refused as seated there.
local function refuse_seated(requests, room_id)
  for _, request in ipairs(requests) do
    local other = room_of(request.client_id)
    if other and other ~= room_id then return refuse('seated', other) end
  end
end

-- Refuses more players or spectators than the room has seats for.
local function refuse_overfull(room, seats)
  local players, spectators = count(seats)
  if players > tonumber(room.seats) then return refuse('room-full', room.room_id) end
  if spectators > tonumber(room.spectators) then
    return refuse('room-full', room.room_id, 'Nobody else can watch this room now.')
  end
end

-- Refuses what would exceed the room's seats. A client's present seat does not count beside its new one.
local function refuse_full(room, requests)
  local seats = living_seats(room.room_id)
  for _, request in ipairs(requests) do
    local before = before_hold(seats[request.client_id])
    seats[request.client_id] = {role = request.role, players = request.players, before = before}
  end
  return refuse_overfull(room, seats)
end

-- All that a ticket says (records.Hold).
local function describe_hold(room, client_id, seat)
  return {
    room_id = room.room_id, game = room.game, owner = room.owner, owner_epoch = room.owner_epoch,
    address = redis.call('HGET', key.worker(room.owner), 'address'),
    client_id = client_id, session = seat.session, role = seat.role, players = seat.players, until_ms = seat.until_ms,
  }
end

-- Holds all of them (`by` needs no hint: it gets the answer) and describes the holds.
local function hold_all(room, requests, by)
  local holds = {}
  for i, request in ipairs(requests) do
    holds[i] = describe_hold(room, request.client_id, hold_seat(room.room_id, request, by))
    if request.client_id ~= by then publish('SeatHeld', request.client_id, room.room_id) end
  end
  return holds
end

-- Ends a worker's lease and its rooms; a durable one is left for adoption unless `charge` names it for the second time.
-- The rooms closed.
local function end_worker(worker_id, charge)
  local closed = {}
  for _, room_id in ipairs(redis.call('SMEMBERS', key.worker_rooms(worker_id))) do
    local room = read_room(room_id)
    if room and room.owner == worker_id then
      local is_charged = room_id == charge
      local is_guilty = is_charged and not redis.call('SET', key.charge(room_id), 1, 'NX', 'PX', times.charge_ms)
      if room.durable == '1' and room.is_born == '1' and not is_guilty then
        make_orphan(room)
      else
        close_room(room_id, is_charged and 'game-broken' or 'worker-lost')
        closed[#closed + 1] = room_id
      end
    end
  end
  redis.call('DEL', key.worker(worker_id), key.worker_games(worker_id), key.worker_rooms(worker_id))
  redis.call('ZREM', key.workers, worker_id)
  publish('WorkerEnded', worker_id)
  return closed
end
