-- The first of the pieces in front of every script: time, answers, numbers, events. Above it stand the tables `key` and
-- `channel_of` (keys.py) and `times` (times.py). ARGV[1] is a msgpack map; each script's head says what is in `ask`.

local ask = cmsgpack.unpack(ARGV[1])

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function ok(value)
  if value == nil then value = false end
  return cmsgpack.pack({'ok', value, ''})
end

-- A row of the error table, the room that it is about, and a sentence in place of the row's own.
local function refuse(name, room_id, text)
  return cmsgpack.pack({name, room_id or '', text or ''})
end

-- The answer that this script gave this client for the same request id, if it did.
local function remembered(script, client_id)
  return redis.call('GET', key.request(script, client_id, ask.request))
end

local function remember(script, client_id, answer)
  redis.call('SET', key.request(script, client_id, ask.request), answer, 'PX', times.request_ms)
  return answer
end

-- Session numbers are drawn from the clock, so that they rise even when Redis has lost the last one.
local function next_number()
  local number = math.max(now, tonumber(redis.call('GET', key.number) or 0) + 1)
  redis.call('SET', key.number, number)
  return number
end

local function publish(event, ...)
  redis.call('PUBLISH', channel_of[event], cmsgpack.pack({event, ...}))
end

local function hash(name)
  local flat, fields = redis.call('HGETALL', name), {}
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  return fields
end

local function set_fields(name, fields)
  local flat = {}
  for field, value in pairs(fields) do
    flat[#flat + 1] = field
    flat[#flat + 1] = value
  end
  if #flat > 0 then redis.call('HSET', name, unpack(flat)) end
end
