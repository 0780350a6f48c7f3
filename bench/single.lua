-- SPDX-License-Identifier: Apache-2.0
-- wrk: one track call per request, each with a messageId of its own.
local thread_count = 0
function setup(thread) thread:set("id", thread_count); thread_count = thread_count + 1 end
local n, head, tail = 0, nil, nil
function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Basic " .. args[1]
  local run = args[2]
  head = '{"type":"track","event":"Product Viewed","anonymousId":"a'
  tail = '","context":{"library":{"name":"analytics-node","version":"3.1.0"},"page":{"path":"/p/42","title":"A product"}},' ..
    '"properties":{"product_id":"p42","sku":"SKU-42","category":"Games","name":"Monopoly","price":19.99,"quantity":1,"currency":"EUR"},' ..
    '"timestamp":"2026-11-20T10:00:00.000Z","messageId":"bench-' .. run .. '-' .. id .. '-'
end
function request()
  n = n + 1
  return wrk.format("POST", "/v1/track", nil, head .. (n % 5000) .. tail .. n .. '"}')
end
