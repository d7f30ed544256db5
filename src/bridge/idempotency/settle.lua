-- Keeps what became of a claim, or frees its key. A claim that is not there may be on its way still: the mark says that it is given up.
--
-- KEYS: the key, and the mark. ARGV: what is kept of the claim; what takes its place, which is empty where the key is freed; for how
-- many milliseconds; and for how many the mark is there.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  if ARGV[2] == '' then
    redis.call('SET', KEYS[2], '', 'PX', ARGV[4])
  end
elseif ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1
