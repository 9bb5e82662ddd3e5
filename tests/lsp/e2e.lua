-- `asl lsp` with Neovim's own client: each capability once. Run by `cargo xtask lsp-e2e`:
--   nvim --headless -u NONE -c "luafile tests/lsp/e2e.lua"
-- The variable ASL_PROGRAM is the program `asl`, EDITOR_FOLDER an empty folder.

local folder = assert(os.getenv("EDITOR_FOLDER"))
local program = assert(os.getenv("ASL_PROGRAM"))
local checks = 0

local function same(what, found, expected)
  checks = checks + 1
  if not vim.deep_equal(found, expected) then
    error(what .. ": expected " .. vim.inspect(expected) .. ", found " .. vim.inspect(found))
  end
end

-- Opens a file and attaches a server to it.
local function open(name, lines)
  local path = folder .. "/" .. name
  vim.fn.writefile(lines, path)
  vim.cmd("edit " .. vim.fn.fnameescape(path))
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({ name = "asl", cmd = { program, "lsp" }, root_dir = folder })
  assert(vim.lsp.buf_attach_client(buffer, client))
  assert(vim.wait(20000, function()
    return vim.lsp.get_client_by_id(client).initialized
  end))
  return buffer, client
end

-- The parameters of a request about the first place of a text in the buffer, behind its first `ahead` characters.
local function at(buffer, text, ahead)
  for line, written in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local start = written:find(text, 1, true)
    if start then
      local position = { line = line - 1, character = start - 1 + (ahead or 0) }
      return { textDocument = vim.lsp.util.make_text_document_params(buffer), position = position }
    end
  end
  error("`" .. text .. "` is not in the buffer")
end

local function ask(buffer, method, parameters)
  local answers = assert(vim.lsp.buf_request_sync(buffer, method, parameters, 20000), method)
  local _, answer = next(answers)
  assert(answer and not answer.err and not answer.error, method .. ": " .. vim.inspect(answer))
  return answer.result
end

local function messages(buffer)
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, (diagnostic.lnum + 1) .. " " .. diagnostic.code .. " " .. diagnostic.message:gsub("\n.*", ""))
  end
  table.sort(found)
  return found
end

-- Waits until the diagnostics are these.
local function diagnosed(what, buffer, expected)
  vim.wait(20000, function()
    return vim.deep_equal(messages(buffer), expected)
  end, 10)
  same(what, messages(buffer), expected)
end

local function lines(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
end

local function labels(list, count)
  local found = {}
  for index = 1, math.min(count, #list.items) do
    table.insert(found, list.items[index].label)
  end
  return found
end

local function json()
  local buffer, client = open("orders.asl.json", {
    "{",
    '  "StartAt": "Check it",',
    '  "States": {',
    '    "Check it": {"Type": "Pass", "InputPath": "$.order", "Assign": {"total.$": "$.total"}, "Next": "Shipp"},',
    '    "Ship": {"Type": "Wait", "SecondsPath": "$total.seconds", "End": true}',
    "  }",
    "}",
  })
  diagnosed("diagnostics", buffer, { "4 ASL0019 Missing 'Next' target: Shipp", '5 ASL0020 State "Ship" is not reachable.' })

  local range = at(buffer, "Shipp").position
  local actions = ask(buffer, "textDocument/codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = { start = range, ["end"] = range },
    context = { diagnostics = {} },
  })
  same("code actions", vim.tbl_map(function(action)
    return action.title
  end, actions), { "Change to `Ship`", "Add the state `Shipp`" })
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  diagnosed("diagnostics after a correction", buffer, {})

  local found = ask(buffer, "textDocument/definition", at(buffer, '"Next": "Ship"', 10))
  same("definition of a state", found[1].range, { start = { line = 4, character = 5 }, ["end"] = { line = 4, character = 9 } })
  local references = at(buffer, "total.$", 1)
  references.context = { includeDeclaration = true }
  same("references of a variable", #ask(buffer, "textDocument/references", references), 2)
  same("highlights", #ask(buffer, "textDocument/documentHighlight", at(buffer, "total.$", 1)), 2)

  local renamed = at(buffer, "total.$", 1)
  same("name before", ask(buffer, "textDocument/prepareRename", renamed).placeholder, "total")
  renamed.newName = "amount"
  vim.lsp.util.apply_workspace_edit(ask(buffer, "textDocument/rename", renamed), "utf-16")
  same("renamed", { lines(buffer):find('"amount.$": "$.total"', 1, true) ~= nil, lines(buffer):find("$amount.seconds", 1, true) ~= nil }, { true, true })

  local hover = ask(buffer, "textDocument/hover", at(buffer, "SecondsPath", 2))
  same("hover", hover.contents.value, "**`SecondsPath`**\n\nThe path of the seconds to wait.\n\nType: string.")
  local document = { textDocument = vim.lsp.util.make_text_document_params(buffer) }
  local symbols = ask(buffer, "textDocument/documentSymbol", document)
  same("symbols", { symbols[1].name, symbols[2].name, symbols[2].detail }, { "Check it", "Ship", "Wait" })
  same("folding", ask(buffer, "textDocument/foldingRange", document), { { startLine = 0, endLine = 5 }, { startLine = 2, endLine = 4 } })
  local selection = ask(buffer, "textDocument/selectionRange", {
    textDocument = document.textDocument,
    positions = { at(buffer, "Wait", 1).position },
  })
  same("selection", selection[1].range["end"].character - selection[1].range.start.character, 4)
  vim.fn.writefile({ "cases: [{name: a, expect: {path: [Check it, Ship]}}]" }, folder .. "/orders.test.yaml")
  same("links", #ask(buffer, "textDocument/documentLink", document), 1)
  local state = at(buffer, '"Ship": {', 1)
  state.newName = "Send"
  local changes = ask(buffer, "textDocument/rename", state).changes
  same("renamed in tests", changes[vim.uri_from_fname(folder .. "/orders.test.yaml")][1].newText, "Send")
  assert(ask(buffer, "asl/graph", { uri = document.textDocument.uri }).svg:find("^<svg"), "graph")

  vim.lsp.util.apply_workspace_edit(ask(buffer, "asl/convertToJsonata", at(buffer, '"Wait"', 1)), "utf-16")
  same("converted", lines(buffer):find('"Seconds": "{% $amount.seconds %}"', 1, true) ~= nil, true)
  local formatted = ask(buffer, "textDocument/formatting", { textDocument = document.textDocument, options = { tabSize = 4, insertSpaces = true } })
  vim.lsp.util.apply_text_edits(formatted, buffer, "utf-16")
  same("formatted", vim.api.nvim_buf_get_lines(buffer, 1, 2, false), { '    "StartAt": "Check it",' })
  diagnosed("diagnostics after all edits", buffer, {})

  local extractions = ask(buffer, "textDocument/codeAction", {
    textDocument = document.textDocument,
    range = { start = at(buffer, '"Check it": {').position, ["end"] = at(buffer, '"Ship": {', 8).position },
    context = { diagnostics = {}, only = { "refactor.extract" } },
  })
  same("what is extracted", { extractions[1].title, extractions[1].kind }, { "Extract `Check it` to `Ship` into a Parallel state", "refactor.extract" })
  vim.lsp.util.apply_workspace_edit(extractions[1].edit, "utf-16")
  same("extracted", { lines(buffer):find('"StartAt": "Check it group"', 1, true) ~= nil, lines(buffer):find('"OutputPath": "$[0]"', 1, true) ~= nil }, { true, true })
  diagnosed("diagnostics after an extraction", buffer, {})
  return client
end

local function yaml()
  local buffer, client = open("typing.asl.yaml", { "QueryLanguage: JSONata", "StartAt: A", "States:", "  A:", "    Type: Pass" })
  diagnosed("diagnostics of YAML", buffer, { "4 ASL0012 This object should have only one of the following fields: [Next, End]" })
  -- Types a line, one character after the other; the client sends each of them.
  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { "" })
  local line = vim.api.nvim_buf_line_count(buffer) - 1
  local function typed(text)
    for index = 1, #text do
      local column = #vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1]
      vim.api.nvim_buf_set_text(buffer, line, column, line, column, { text:sub(index, index) })
    end
    local column = #vim.api.nvim_buf_get_lines(buffer, line, line + 1, false)[1]
    return { textDocument = vim.lsp.util.make_text_document_params(buffer), position = { line = line, character = column } }
  end
  same("completion of a field", labels(ask(buffer, "textDocument/completion", typed("    Ou")), 3), { "Comment", "Output", "Assign" })
  local list = ask(buffer, "textDocument/completion", typed('tput: "{% $sta'))
  same("completion of a function", labels(list, 2), { "$states", "$abs" })
  same("completion of a field of $states", labels(ask(buffer, "textDocument/completion", typed("tes.")), 3), { "input", "context" })
  typed('input %}"')
  diagnosed("diagnostics after typing", buffer, { "4 ASL0012 This object should have only one of the following fields: [Next, End]" })
  return client
end

local function template()
  local buffer, client = open("template.yaml", {
    "Resources:",
    "  Orders:",
    "    Type: AWS::Serverless::StateMachine",
    "    Properties:",
    "      Definition:",
    "        StartAt: A",
    "        States:",
    "          A:",
    "            Type: Succeed",
    "            Nxt: B",
  })
  diagnosed("diagnostics of a template", buffer, { "10 ASL0013 Field 'Nxt' is not supported" })
  local symbols = ask(buffer, "textDocument/documentSymbol", { textDocument = vim.lsp.util.make_text_document_params(buffer) })
  same("symbols of a template", { symbols[1].name, symbols[1].children[1].name }, { "Orders", "A" })
  return client
end

local done, problem = xpcall(function()
  for _, part in ipairs({ json, yaml, template }) do
    local client = part()
    vim.lsp.stop_client(client)
    assert(vim.wait(20000, function()
      return vim.lsp.client_is_stopped(client)
    end), "the server does not stop")
  end
end, debug.traceback)
io.stdout:write(done and ("editor: " .. checks .. " checks passed\n") or (problem .. "\n"))
vim.cmd(done and "qall!" or "cquit 1")
