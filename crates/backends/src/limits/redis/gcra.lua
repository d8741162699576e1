-- The generic cell rate algorithm on one key, which holds when its quota is whole again.
-- KEYS[1]; ARGV: now, every (both microseconds), burst. Numbers stay below 2^53, so they are exact.
local now, every, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local room = every * burst
local whole_at = tonumber(redis.call('GET', KEYS[1]) or '0')
local next_at = math.max(whole_at, now) + every
local retry_after = math.max(next_at - now - room, 0)
if retry_after == 0 then
  whole_at = next_at
  redis.call('SET', KEYS[1], string.format('%.0f', whole_at), 'PX', string.format('%.0f', math.ceil((whole_at - now) / 1000) + 1000))
end
local reset_after = math.max(whole_at - now, 0)
local remaining = math.min(math.floor(math.max(room - reset_after, 0) / every), burst)
return { retry_after == 0 and 1 or 0, remaining, retry_after, reset_after }
