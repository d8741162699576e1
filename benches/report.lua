-- Counts only 2xx as throughput. TOKENS names a file of bearer tokens, one a request; BODY a file that is posted.
local threads, tokens, next = {}, {}, 0
local body = os.getenv("BODY")

if body and body ~= "" then
  wrk.method, wrk.body = "POST", io.open(body):read("a")
  wrk.headers["Content-Type"] = "application/json"
end
if os.getenv("TOKENS") then
  for line in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = "Bearer " .. line end
  if #tokens == 1 then wrk.headers["Authorization"] = tokens[1] end
end
if #tokens > 1 then
  function request()
    next = next % #tokens + 1
    wrk.headers["Authorization"] = tokens[next]
    return wrk.format()
  end
end

function setup(thread) table.insert(threads, thread) end
function init() good, bad = 0, 0 end
function response(status) if status < 300 then good = good + 1 else bad = bad + 1 end end
function done(summary, latency)
  local good, bad = 0, 0
  for _, thread in ipairs(threads) do good, bad = good + thread:get("good"), bad + thread:get("bad") end
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  print(string.format("%.0f p50_us=%d p99_us=%d refused=%d lost=%d", good / (summary.duration / 1e6),
    latency:percentile(50), latency:percentile(99), bad, lost))
end
