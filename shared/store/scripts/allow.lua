-- Takes tokens from a bucket that fills at a steady rate up to its burst.
-- ask: bucket, rate_per_s, burst, tokens (how many; -1 gives one back)
-- Returns whether there were as many. Carried out twice it takes them twice: a limit is a little stricter after trouble.

local name = key.bucket(ask.bucket)
local bucket = hash(name)
local tokens = ask.burst
if bucket.tokens then
  tokens = math.min(ask.burst, bucket.tokens + (now - bucket.at_ms) / 1000 * ask.rate_per_s)
end
local is_allowed = tokens >= ask.tokens
if is_allowed then tokens = math.min(ask.burst, tokens - ask.tokens) end
set_fields(name, {tokens = tokens, at_ms = now})
redis.call('PEXPIRE', name, math.ceil(ask.burst / ask.rate_per_s * 1000) + 1000)
return ok(is_allowed)
