-- What vppcap says in the comments of its pcapngs, as fields: a post-dissector for Wireshark and tshark, 3.6 and later.
--
--     tshark -X lua_script:vppcap.lua -r out.pcapng -Y 'vppcap.acl.rule == 14'
--
-- FIELDS and FORMS are all there is to know. A comment of a vppcap frame that no form takes is vppcap.unknown; a test
-- replays every case of the project and expects none.

local vppcap = Proto('vppcap', 'VPP, as vppcap replayed it')

-- Name, type, what it is. Without a type it is text.
local FIELDS = {
  { 'way', nil, 'Way' },
  { 'fate', nil, 'Fate' },
  { 'reason', nil, 'Reason' },
  { 'rule', nil, 'ACL and rule that decided' },
  { 'session', nil, 'Sessions of ACLs and NAT44' },
  { 'rx', nil, 'Received frame that it comes of' },
  { 'rx.frame', 'uint32', 'Its number in its capture' },
  { 'rx.file', nil, 'Its capture, where there are several' },
  { 'rx.interface', nil, 'Interface that it came in on' },
  { 'tx', nil, 'Interface that it leaves by' },
  { 'tx.subinterface', nil, 'Sub-interface that it leaves by' },
  { 'made', 'bool', 'Made by the node' },
  { 'waited', 'bool', 'A fragment that waited for another frame' },
  { 'node', nil, 'Node of the graph' },
  { 'subinterface', nil, 'Sub-interface that its tags belong to' },
  { 'vlan', nil, 'Its VLAN' },
  { 'acl.node', nil, 'Node that asked the ACLs' },
  { 'acl.interface', nil, 'Interface whose ACLs were asked' },
  { 'acl.index', 'uint32', 'ACL' },
  { 'acl.rule', 'uint32', 'Rule' },
  { 'acl.tag', nil, "The ACL's tag" },
  { 'acl.action', nil, 'Action' },
  { 'acl.session', 'uint32', 'ACL session' },
  { 'acl.session.new', 'bool', 'This packet made the ACL session' },
  { 'acl.session.maker', nil, 'Frame that made the ACL session' },
  { 'nat.session', 'uint32', 'NAT44 session' },
  { 'nat.session.new', 'bool', 'This packet made the NAT44 session' },
  { 'nat.side', nil, 'What is translated: src, dst, identifier, of the packet itself or quoted' },
  { 'nat.from', nil, 'Translated from' },
  { 'nat.to', nil, 'Translated to' },
  { 'nat.mapping', nil, 'Line of the static mapping' },
  { 'nat.missed', nil, 'No session or mapping for this' },
  { 'drop.cause', nil, 'What ended it' },
  { 'drop.error', nil, "What VPP's trace says of that" },
  { 'lost', nil, 'Packet that was made for it and did not leave' },
  { 'assumed', nil, 'Assumed, since the capture does not tell' },
  { 'config.line', nil, 'Line of the configuration behind it' },
  { 'audit.side', nil, 'expected: what the model sends; sent: what the node sent' },
  { 'audit.frame', nil, 'Frame of the capture that was sent' },
  { 'audit.kind', nil, 'Kind of difference: missing, changed, unexpected' },
  { 'audit.cause', nil, 'Cause of the difference' },
  { 'audit.decision', nil, 'What the model decided' },
  { 'unknown', nil, 'A comment that is not of vppcap' },
}

local by_name, all_fields = {}, {}
for i, row in ipairs(FIELDS) do
  local make = ProtoField[row[2] or 'string']
  by_name[row[1]] = make('vppcap.' .. row[1], row[3])
  all_fields[i] = by_name[row[1]]
end
vppcap.fields = all_fields

local comment_field = Field.new('frame.comment')
local interface_field = Field.new('frame.interface_name')

-- A frame's story: values of fields in order, and what its columns are made of.
local Story = {}
Story.__index = Story

function Story.new()
  return setmetatable({ values = {}, lines = {}, rules = {}, sessions = {}, decided = {} }, Story)
end

function Story:add(name, value)
  self.values[#self.values + 1] = { name, value }
end

-- 'dir/node.vpp:45' and 'node.vpp:45' are one line.
function Story:line(origin)
  local short = origin:match('[^/\\]*:%d+$') or origin
  if self.lines[short] then return end
  self.lines[short] = true
  self:add('config.line', short)
end

-- The lines that a sentence names: ' at node.vpp:45', '(node.vpp:45)'.
function Story:lines_of(sentence)
  for origin in sentence:gmatch('[( ](%S+:%d+)%f[%s,;)\0]') do
    if not origin:match('^[%d.:]+$') then self:line(origin) end
  end
end

function Story:frame(number, file)
  self:add('rx', file and ('frame ' .. number .. ' of ' .. file) or ('frame ' .. number))
  self:add('rx.frame', tonumber(number))
  if file then self:add('rx.file', file) end
end

function Story:received(number, file, on)
  self:frame(number, file)
  self:add('rx.interface', on)
  self.rx = on
end

function Story:ended(fate, cause)
  self.fate, self.reason = fate, cause
  if cause then
    self:add('drop.cause', cause)
    self:lines_of(cause)
  end
end

function Story:acl(node, on, action)
  self:add('acl.node', node)
  self.decided[#self.decided + 1] = node
  self:add('acl.interface', on)
  self:add('acl.action', action)
end

-- A rule, from its ACL's index on: '2 rule 14 "pod"' or '2 rule 14'. Returns whether it is one.
function Story:acl_rule(text)
  local index, rule, tag = text:match('^(%d+) rule (%d+) "(.*)"$')
  if not index then index, rule = text:match('^(%d+) rule (%d+)$') end
  if not index then return false end
  self:add('acl.index', tonumber(index))
  self:add('acl.rule', tonumber(rule))
  if tag then self:add('acl.tag', tag) end
  self.rules[#self.rules + 1] = 'acl ' .. index .. ' rule ' .. rule
  return true
end

function Story:acl_session(session, is_new)
  self:add('acl.session', tonumber(session))
  self:add('acl.session.new', is_new)
  self.sessions[#self.sessions + 1] = 'acl ' .. session .. (is_new and ' new' or '')
end

-- 'src A > B, quoted dst C > D by the mapping at node.vpp:45, which was there before, as state.txt:3 tells'. Returns whether it is so.
function Story:translation(text)
  local rest, teller = text:match('^(.*), which was there before, as (.*) tells$')
  if rest then
    text = rest
    self:add('assumed', 'a NAT44 session from before the capture, as ' .. teller .. ' tells')
  end
  local changes, mapping = text:match('^(.*) by the mapping at (.*)$')
  if mapping then
    self:add('nat.mapping', mapping)
    self:line(mapping)
  end
  changes = changes or text
  if changes == 'unchanged' then return true end
  for change in (changes .. ', '):gmatch('(.-), ') do
    local side, from, to = change:match('^(.-) (%d.*) > (%d.*)$')
    if not side then return false end
    self:add('nat.side', side)
    self:add('nat.from', from)
    self:add('nat.to', to)
  end
  return true
end

-- Forms of the comments that come first, which say that a frame is vppcap's.
local SOURCES = {
  { '^rx frame (%d+) on (%S+)$', function(s, number, on) s:received(number, nil, on) end },
  { '^rx frame (%d+) of (.+) on (%S+)$', function(s, number, file, on) s:received(number, file, on) end },
  {
    '^made by VPP for (rx frame .+)$',
    function(s, source)
      s:add('made', true)
      s.fate = 'made by the node'
      return s:source(source)
    end,
  },
  {
    '^fragment that waited for (rx frame .+)$',
    function(s, source)
      s:add('waited', true)
      return s:source(source)
    end,
  },
  { '^expected$', function(s) return s:audited('expected') end },
  { '^expected for (frame .+)$', function(s, frame) return s:audited('expected', nil, frame) end },
  { '^sent$', function(s) return s:audited('sent') end },
  { '^sent for (frame .+)$', function(s, frame) return s:audited('sent', nil, frame) end },
  { '^sent as (frame .-) for (frame .+)$', function(s, as, frame) return s:audited('sent', as, frame) end },
  { '^sent as (frame .+)$', function(s, as) return s:audited('sent', as, nil) end },
}

-- Forms of those that follow.
local FORMS = {
  { '^as received$', function(s) s.fate = 'received' end },
  { '^dropped: (.*)$', function(s, cause) s:ended('dropped', cause) end },
  { '^punted: (.*)$', function(s, cause) s:ended('punted', cause) end },
  { '^consumed: (.*)$', function(s, cause) s:ended('consumed', cause) end },
  { "^VPP's trace: (.*)$", function(s, text) s:add('drop.error', text) end },
  {
    '^because (.*)$',
    function(s, cause)
      s.reason = cause
      s:lines_of(cause)
    end,
  },
  { '^made (.*)$', function(s, text) s:add('lost', text) end },
  { '^(the checksum it arrived with is taken for right.*)$', function(s, text) s:add('assumed', text) end },
  { '^(its ICMP checksum is not known.*)$', function(s, text) s:add('assumed', text) end },
  {
    '^(%S+) (%S+): no rule matches$',
    function(s, node, on) s:acl(node, on, 'no match') end,
  },
  {
    '^(%S+) (%S+): acl session (%d+)(.*)$',
    function(s, node, on, session, rest)
      s:acl(node, on, 'session')
      s:acl_session(session, false)
      local what, line, maker = rest:match('^, which acl (.-) at (%S.*) made for rx (.+)$')
      if what then
        s:line(line)
        s:add('acl.session.maker', maker)
        return s:acl_rule(what)
      end
      local teller = rest:match('^, which was there before, as (.*) tells$')
      if rest ~= '' and not teller then return false end
      s:add('assumed', 'an ACL session from before the capture' .. (teller and ', as ' .. teller .. ' tells' or ''))
    end,
  },
  {
    '^(%S+) (%S+): acl (%d+ rule .*) at (%S.*)$',
    function(s, node, on, verdict, line)
      local before, session = line:match('^(.*), makes acl session (%d+)$')
      local what = verdict:match('^(.*) permits, but no session can be made,$')
      local action = what and 'deny' or nil
      if not what then what, action = verdict:match('^(.*) (%S+)$') end
      if not what then return false end
      s:acl(node, on, action)
      s:line(before or line)
      if session then s:acl_session(session, true) end
      return s:acl_rule(what)
    end,
  },
  { '^nat44: no session or mapping for (.+)$', function(s, missed) s:add('nat.missed', missed) end },
  {
    '^nat44 session (%d+)(.-): (.+)$',
    function(s, session, new, text)
      s:add('nat.session', tonumber(session))
      s:add('nat.session.new', new == ' new')
      s.sessions[#s.sessions + 1] = 'nat ' .. session .. new
      return s:translation(text)
    end,
  },
  { '^nat44: (.+)$', function(s, text) return s:translation(text) end },
  {
    '^leaves by (%S+)$',
    function(s, name)
      s.left_by = name
      s:add('tx.subinterface', name)
    end,
  },
  {
    '^(%S+) %(([^()]*VLANs?[^()]*)%)$',
    function(s, name, vlan)
      s.came_by = s.came_by or name
      s:add('subinterface', name)
      s:add('vlan', vlan)
    end,
  },
  {
    '^(%w+): (.+)$',
    function(s, kind, cause)
      if kind ~= 'missing' and kind ~= 'changed' and kind ~= 'unexpected' then return false end
      s.fate, s.reason = kind, cause
      s:add('audit.kind', kind)
      s:add('audit.cause', cause)
    end,
  },
  { '^%l%S*$', function(s, node) s:path(node) end },
  { '^%S+ > %S.*$', function(s, path) s:path(path) end },
}

-- Reads a comment by the first form that takes it. Returns whether one does.
local function read(story, forms, comment)
  for _, form in ipairs(forms) do
    local found = { comment:match(form[1]) }
    if found[1] then
      local count = #story.values
      if form[2](story, found[1], found[2], found[3], found[4]) ~= false then return true end
      for i = #story.values, count + 1, -1 do story.values[i] = nil end
    end
  end
  return false
end

function Story:source(text)
  return read(self, SOURCES, text)
end

function Story:audited(side, as, frame)
  self.audit = true
  self:add('audit.side', side)
  if as then self:add('audit.frame', as) end
  if not frame then return end
  local number, file = frame:match('^frame (%d+) of (.+)$')
  number = number or frame:match('^frame (%d+)$')
  if not number then return false end
  self:frame(number, file)
end

function Story:path(text)
  self.has_path = true
  for node in (text .. ' > '):gmatch('(.-) > ') do
    if not node:match('^%d+ more$') then self:add('node', node) end
  end
end

local function text_of(field)
  local info = field()
  return info and tostring(info.value) or nil
end

-- What the columns show. Of an audit the interface is where it was, or should have been, sent.
function Story:columns()
  local interface = text_of(interface_field)
  local is_audit = self.audit
  local is_sent = self.fate == nil or self.fate == 'made by the node' or is_audit
  self.fate = self.fate or 'transmitted'
  if is_sent and interface then self:add('tx', interface) end
  local from = self.rx and (self.came_by or self.rx)
  local to = is_sent and (self.left_by or interface) or self.fate ~= 'received' and self.fate or nil
  self:add('way', from and to and from .. ' > ' .. to or to or from or '?')
  self:add('fate', self.fate)
  if self.reason then self:add('reason', self.reason) end
  if #self.rules > 0 then self:add('rule', table.concat(self.rules, ', ')) end
  if #self.sessions > 0 then self:add('session', table.concat(self.sessions, ', ')) end
  if not self.has_path then
    for _, node in ipairs(self.decided) do self:add('node', node) end
  end
end

function vppcap.dissector(_, _, tree)
  local comments = { comment_field() }
  if #comments == 0 then return end
  local story = Story.new()
  if not read(story, SOURCES, tostring(comments[1].value)) then return end
  for i = 2, #comments do
    local comment = tostring(comments[i].value)
    if not read(story, FORMS, comment) then
      -- Behind the cause of a difference stands a sentence.
      story:add(story.audit and 'audit.decision' or 'unknown', comment)
    end
  end
  story:columns()
  local subtree = tree:add(vppcap):set_generated()
  for _, value in ipairs(story.values) do
    subtree:add(by_name[value[1]], value[2]):set_generated()
  end
  subtree:append_text(': ' .. story.fate .. (story.reason and ', ' .. story.reason or ''))
end

register_postdissector(vppcap)
