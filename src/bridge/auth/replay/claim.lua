-- Claims the keys of a token, all or none, unless the store may have forgotten that it was used. Without keys of a token it begins to
-- remember.
--
-- KEYS: what is known of the memory; then the keys of the token.
-- ARGV: the claim's own name; when the token was made, and how long its keys live; the bridge's time; how far clocks may be apart;
-- the latest time of making that the bridge has heard of; how long after a loss a token may still be one that was used before it;
-- whether to look whether the store may evict keys. Times are milliseconds.
--
-- Answers with the verdict (0 claimed, 1 replayed, 2 may be forgotten, 3 may evict), the latest time of making, and why the memory
-- began anew (0 it did not, 1 it was empty, 2 another server, 3 an older state), with the time up to which it knows nothing.
local name, life, skew = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[5])
local made, now, heard, window = tonumber(ARGV[2]), tonumber(ARGV[4]), tonumber(ARGV[6]), tonumber(ARGV[7])

local function time()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- It changes with each start of the server, and where another one takes its place.
local server = string.match(redis.call('INFO', 'replication'), 'master_replid:(%w+)') or 'unknown'
local known = redis.call('HMGET', KEYS[1], 'server', 'floor', 'latest', 'since')
local floor, latest, since = tonumber(known[2] or ''), tonumber(known[3] or ''), tonumber(known[4] or '')
local began = 0
if not (floor and latest and since) then
  began = 1
elseif known[1] ~= server then
  began = 2
elseif latest < heard then
  began = 3
end
if began > 0 then
  since = time()
  -- Whatever was used before was made before: of the clocks the later one counts, if it is not too far ahead.
  floor = math.max(now, math.min(since, now + skew), heard, latest or 0)
  latest = floor
  redis.call('HSET', KEYS[1], 'server', server, 'floor', floor, 'latest', latest, 'since', since)
end

if ARGV[8] == '1' then
  local memory = redis.call('INFO', 'memory')
  local most = string.match(memory, 'maxmemory:(%d+)') or '0'
  local policy = string.match(memory, 'maxmemory_policy:([%w-]+)') or 'noeviction'
  if most ~= '0' and policy ~= 'noeviction' then
    return {3, latest, began, floor}
  end
end

for at = 2, #KEYS do
  local claimed = redis.call('GET', KEYS[at])
  if claimed and claimed ~= name then
    return {1, latest, began, floor}
  end
end
if #KEYS > 1 and made <= floor and time() < since + window then
  return {2, latest, began, floor}
end
for at = 2, #KEYS do
  redis.call('SET', KEYS[at], name, 'PX', life)
end
if #KEYS > 1 and made > latest then
  latest = made
  redis.call('HSET', KEYS[1], 'latest', latest)
end
return {0, latest, began, floor}
