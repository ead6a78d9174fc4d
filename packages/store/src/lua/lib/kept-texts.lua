-- The same text comes with every call of a key. Where this is kept as a function, so is what was read of it: of so many texts, and then of
-- no further ones until these are a minute old, for who comes in turn with more than there is room for would put each other out.
local TEXTS_KEPT = 2000
local TEXTS_KEPT_MS = 60000

local function keep_texts()
  return { known = {}, count = 0, since_ms = 0 }
end

local function keep_text(kept, written, now_ms, read)
  if kept.count >= TEXTS_KEPT and now_ms - kept.since_ms > TEXTS_KEPT_MS then kept.known, kept.count = {}, 0 end
  if kept.count == 0 then kept.since_ms = now_ms end
  if kept.count < TEXTS_KEPT then kept.known[written], kept.count = read, kept.count + 1 end
  return read
end
