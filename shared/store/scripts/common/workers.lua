-- Workers under their leases, and choosing one. rules/placement.py ranks; here the same conditions are asked again, of
-- the facts of this moment.

local function has_lease(worker_id)
  local until_ms = redis.call('ZSCORE', key.workers, worker_id)
  return until_ms and tonumber(until_ms) > now
end

local function rooms_of(worker_id)
  return redis.call('SCARD', key.worker_rooms(worker_id))
end

local function qualifies(worker_id, room)
  if not has_lease(worker_id) then return false end
  if redis.call('HGET', key.worker_games(worker_id), room.game) ~= room.game_hash then return false end
  local worker = hash(key.worker(worker_id))
  if worker.is_draining == '1' or worker.is_exclusive == '1' or worker.exclusive_room then return false end
  local limit, rooms = tonumber(worker.room_limit), rooms_of(worker_id)
  if limit > 0 and rooms >= limit then return false end
  return rooms == 0 or room.isolated ~= '1'
end

local function is_overloaded(worker_id)
  return tonumber(redis.call('HGET', key.worker(worker_id), 'load')) > ask.overloaded_above
end

-- Of the first two candidates that qualify the one with fewer rooms just now, so that lobbies which ranked from the
-- same old list do not all fill the same worker. nil when none qualifies.
local function choose_worker(room)
  local first
  for _, worker_id in ipairs(ask.candidates) do
    if qualifies(worker_id, room) then
      if first then
        local is_better = rooms_of(worker_id) < rooms_of(first) and not is_overloaded(worker_id)
        return is_better and worker_id or first
      end
      first = worker_id
    end
  end
  return first
end

local function give_room(worker_id, room)
  redis.call('SADD', key.worker_rooms(worker_id), room.room_id)
  if room.isolated == '1' then redis.call('HSET', key.worker(worker_id), 'exclusive_room', room.room_id) end
end

local function take_room(worker_id, room_id)
  redis.call('SREM', key.worker_rooms(worker_id), room_id)
  if redis.call('HGET', key.worker(worker_id), 'exclusive_room') == room_id then
    redis.call('HDEL', key.worker(worker_id), 'exclusive_room')
  end
end
