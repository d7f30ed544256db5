-- Claims an idempotency key, unless the claim was given up.
--
-- KEYS: the key, and the mark that this claim was given up. ARGV: what is kept of the claim, and for how many milliseconds.
-- Answers with nothing where the key is claimed, else with what is kept of it, which is empty where the claim was given up.
if redis.call('EXISTS', KEYS[2]) == 1 then
  return ''
end
local kept = redis.call('GET', KEYS[1])
if kept and kept ~= ARGV[1] then
  return kept
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
