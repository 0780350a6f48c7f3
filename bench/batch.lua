-- SPDX-License-Identifier: Apache-2.0
-- wrk: 100 track calls per request, each with a messageId of its own.
local thread_count = 0
function setup(thread) thread:set("id", thread_count); thread_count = thread_count + 1 end
local n, a, b = 0, nil, nil
local parts = {}
function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Basic " .. args[1]
  local run = args[2]
  a = '{"type":"track","event":"Product Viewed","anonymousId":"a'
  b = '","context":{"library":{"name":"analytics-node","version":"3.1.0"},"page":{"path":"/p/42","title":"A product"}},' ..
    '"properties":{"product_id":"p42","sku":"SKU-42","category":"Games","name":"Monopoly","price":19.99,"quantity":1,"currency":"EUR"},' ..
    '"timestamp":"2026-11-20T10:00:00.000Z","messageId":"bench-' .. run .. '-' .. id .. '-'
end
function request()
  for i = 1, 100 do
    n = n + 1
    parts[i] = a .. (n % 5000) .. b .. n .. '"}'
  end
  return wrk.format("POST", "/v1/batch", nil, '{"sentAt":"2026-11-20T10:00:00.000Z","batch":[' .. table.concat(parts, ",") .. ']}')
end
