-- An owner's renewal of some of its rooms: record, summary and all of their seats.
-- ask: worker_id, rooms [{room_id, owner_epoch, reservations, summary (fields), seats [Seat], whole (the other fields, or
--      nil)}], as records.RoomFacts
-- Returns for each room 0 (no longer this worker's), 1 (still is), or 2 (not known here: send it again with `whole`); or
-- worker-lost without a lease: it ended since the worker was registered, and nobody would sweep what it took now.

local NOT_OURS, OURS, MISSING = 0, 1, 2

local function is_told(room, summary)
  for _, field in ipairs({'host', 'host_name', 'is_open', 'doors', 'is_locked'}) do
    if room[field] ~= summary[field] then return false end
  end
  return true
end

-- One seat as its owner knew it. A newer hold stands, and what a newer reservation has made of the seat; an older session
-- than the directory's is told to go.
local function assert_seat(renewal, asserted)
  local room_id, client_id, session = renewal.room_id, asserted.client_id, asserted.session
  if asserted.state == 'taken' then asserted.until_ms = now + times.lease_ms end
  asserted.client_id = nil

  local other, elsewhere = room_of(client_id)
  local is_over = tonumber(redis.call('GET', key.left(client_id)) or 0) >= session
  if is_over or (other and other ~= room_id and elsewhere.session > session) then
    publish('SeatReleased', room_id, client_id, session)
    return
  end
  if other and other ~= room_id then drop_seat(other, client_id) end

  local seat = seat_in(room_id, client_id)
  local present = before_hold(seat)
  if present and present.session > session then return end
  if present then
    asserted.reservation = present.reservation
    if has_reservation(present, renewal.owner_epoch, renewal.reservations + 1) then
      asserted.role, asserted.players = present.role, present.players
    end
  end

  if seat and seat.session > session then
    seat.before = asserted
  else
    asserted.request = seat and seat.request
    seat = asserted
  end
  put_seat(room_id, client_id, seat)
  if session > tonumber(redis.call('GET', key.number) or 0) then redis.call('SET', key.number, session) end
end

-- Taken seats that the owner has not named for a whole lease.
local function drop_unnamed(room_id, is_named)
  for client_id, seat in pairs(living_seats(room_id)) do
    if not is_named[client_id] then
      local before = seat.before
      if seat.state == 'taken' and seat.until_ms <= now then
        drop_seat(room_id, client_id)
      elseif before and before.state == 'taken' and before.until_ms <= now then
        seat.before = nil
        put_seat(room_id, client_id, seat)
      end
    end
  end
end

-- The room's hash if it is, or now becomes, this owner's; else what to answer.
local function own(renewal)
  local room = read_room(renewal.room_id)
  if not room then
    if redis.call('EXISTS', key.closed(renewal.room_id)) == 1 then return nil, NOT_OURS end
    if not renewal.whole then return nil, MISSING end
    room = renewal.whole
    if redis.call('HEXISTS', key.names(room.game), room.folded) == 1 then return nil, NOT_OURS end
  else
    local epoch = tonumber(room.owner_epoch)
    if epoch > renewal.owner_epoch then return nil, NOT_OURS end
    if epoch == renewal.owner_epoch and room.owner ~= ask.worker_id and room.owner ~= '' then return nil, NOT_OURS end
    if room.owner ~= ask.worker_id then take_room(room.owner, renewal.room_id) end
  end
  room.owner, room.owner_epoch, room.is_born, room.renewed_ms = ask.worker_id, renewal.owner_epoch, '1', now
  return room
end

local function renew(renewal)
  local room_id, summary = renewal.room_id, renewal.summary
  local room, answer = own(renewal)
  if not room then return answer end

  local was_told = is_told(room, summary)
  if room.doors ~= summary.doors or room.invite ~= summary.invite then free_invite(room) end
  for field, value in pairs(summary) do room[field] = value end
  set_fields(key.room(room_id), room)
  index_room(room)
  set_stage(room_id, key.renewed, now)

  local is_named = {}
  for _, seat in ipairs(renewal.seats) do
    is_named[seat.client_id] = true
    assert_seat(renewal, seat)
  end
  purge_seats(room_id)
  drop_unnamed(room_id, is_named)

  if was_told then
    tell_count(room_id)
  else
    redis.call('HSET', key.room(room_id), 'told_count', count_text(room_id))
    publish('RoomChanged', room_id)
  end
  return OURS
end

if not has_lease(ask.worker_id) then return refuse('worker-lost') end
settle_waiting()
local answers = {}
for i, renewal in ipairs(ask.rooms) do answers[i] = renew(renewal) end
return ok(answers)
