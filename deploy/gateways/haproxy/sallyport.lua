-- Asks Sallyport about the request line; sets txn.sallyport_permitted on a permit, and answers the client otherwise.
-- The body stays where it is. Whatever goes wrong leaves the variable unset, and haproxy.cfg denies.

local KEY = os.getenv("SALLYPORT_KEY")
local DOOR = "abns@" .. os.getenv("SALLYPORT_DOOR")
-- More than `backend sallyport` waits: HAProxy's client would ask again after a timeout of its own, three times.
local TIMEOUT_MS = 10000

-- The client's own words that a decision may rest on; everything else is said by HAProxy.
local ASKED_WITH = { "authorization", "cookie", "accept" }
local TOLD = { "www-authenticate", "location", "content-type", "cache-control", "x-decision-id", "x-sallyport-reason" }
local VARIABLES = {
  ["x-sallyport-subject"] = "txn.sallyport_subject",
  ["x-sallyport-groups"] = "txn.sallyport_groups",
  ["x-sallyport-token"] = "txn.sallyport_token",
}

-- Lua counts a header's values from 0 here; a repeated header stays repeated, for Sallyport to judge.
local function values_of(headers, name)
  local values = {}
  local index = 0
  while headers[name] ~= nil and headers[name][index] ~= nil do
    values[#values + 1] = headers[name][index]
    index = index + 1
  end
  return values
end

local function question(txn)
  local sent = txn.http:req_get_headers()
  local headers = {
    ["x-sallyport-key"] = { KEY },
    ["x-forwarded-method"] = { txn.sf:method() },
    ["x-forwarded-uri"] = { txn.sf:pathq() },
    ["x-forwarded-host"] = { txn.sf:req_hdr("host") },
    ["x-forwarded-proto"] = { txn.f:ssl_fc() == 1 and "https" or "http" },
    ["x-forwarded-for"] = { txn.sf:src() },
  }
  for _, name in ipairs(ASKED_WITH) do
    local values = values_of(sent, name)
    if #values > 0 then headers[name] = values end
  end
  return { url = "http://sallyport/forward-auth", dst = DOOR, headers = headers, timeout = TIMEOUT_MS }
end

local function refuse(txn, answer)
  local reply = txn:reply()
  reply:set_status(answer.status)
  for _, name in ipairs(TOLD) do
    for _, value in ipairs(values_of(answer.headers, name)) do reply:add_header(name, value) end
  end
  reply:set_body(answer.body or "")
  txn:done(reply)
end

local function permit(txn, headers)
  for name, variable in pairs(VARIABLES) do
    local value = values_of(headers, name)[1]
    if value ~= nil and value ~= "" then txn:set_var(variable, value) end
  end
  txn:set_var("txn.sallyport_decision", values_of(headers, "x-decision-id")[1])
  txn:set_var("txn.sallyport_permitted", true)
end

core.register_action("sallyport", { "http-req" }, function(txn)
  local answer = core.httpclient():get(question(txn))
  if answer == nil then return end
  if answer.status == 200 then return permit(txn, answer.headers) end
  if answer.status == 302 or answer.status == 401 or answer.status == 403 then refuse(txn, answer) end
end)
