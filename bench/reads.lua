-- SPDX-License-Identifier: Apache-2.0
-- wrk: profiles by id with a staff session; ids one per line in a file.
--   wrk -s bench/reads.lua URL -- COOKIE IDS
local paths, n = {}, 0
function init(args)
  wrk.headers["Cookie"] = args[1]
  for id in io.lines(args[2]) do paths[#paths + 1] = wrk.format("GET", "/v1/people/" .. id) end
end
function request()
  n = n + 1
  return paths[(n * 7919) % #paths + 1]
end
