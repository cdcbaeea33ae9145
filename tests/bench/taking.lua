-- Posts each line of the file BODIES once, as a browser would from an address of its own; then the same lines again.
local bodies, count, sent = {}, 0, 0
for line in io.lines(os.getenv("BODIES")) do
  count = count + 1
  bodies[count] = line
end

function request()
  sent = sent + 1
  local number = (sent - 1) % count + 1
  return wrk.format("POST", nil, {
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["Cookie"] = "csrftoken=" .. os.getenv("CSRF"),
    ["X-Forwarded-For"] = string.format("198.18.%d.%d", math.floor(number / 250) % 250, number % 250),
  }, bodies[number])
end

refused = 0  -- global, so that `done` can read it
function response(status)
  if status ~= 302 then refused = refused + 1 end
end

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency)
  local not_taken = 0
  for _, thread in ipairs(threads) do not_taken = not_taken + thread:get("refused") end
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('{"taken": %d, "refused": %d, "failed": %d, "seconds": %f, "p50": %f, "p99": %f}\n',
    summary.requests - not_taken, not_taken, failed, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
