#include "teacher/reading.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kThinkEnd = "</think>";
constexpr std::size_t kBytesPerToken = 3;

// What stands inside the first fence, up to the last one; all of it where there is none.
std::string_view WithoutFence(std::string_view text) {
  const std::size_t open = text.find(kFence);
  if (open == std::string_view::npos) return text;
  const std::size_t line_end = text.find('\n', open);
  if (line_end == std::string_view::npos) return text;
  const std::string_view inside = text.substr(line_end + 1);
  return inside.substr(0, inside.rfind(kFence));
}

}  // namespace

std::int64_t EstimatedTokens(std::size_t request_bytes, std::size_t reply_bytes) {
  return static_cast<std::int64_t>((request_bytes + reply_bytes + kBytesPerToken - 1) / kBytesPerToken);
}

Completion ReadCompletion(std::string_view body, std::size_t request_bytes) {
  Completion completion;
  completion.tokens = EstimatedTokens(request_bytes, body.size());
  const auto parsed = ParseJson(body, "the reply", kTeacherReplyBytesMax);
  if (!parsed.ok()) {
    completion.problem = parsed.message();
    return completion;
  }
  if (const Json* usage = FindMember(*parsed, "usage"); usage != nullptr && usage->is_object()) {
    const auto tokens = FindInt(*usage, "total_tokens", "usage");
    if (tokens.ok() && *tokens && **tokens > 0 && **tokens <= kTeacherTokensMax) completion.tokens = **tokens;
  }
  const Json* choices = FindMember(*parsed, "choices");
  const Json* message = choices != nullptr && choices->is_array() && !choices->empty() ? FindMember(choices->front(), "message") : nullptr;
  const Json* content = message != nullptr ? FindMember(*message, "content") : nullptr;
  if (content == nullptr || !content->is_string()) {
    completion.problem = "the reply: found no text under choices[0].message.content, expected one";
    return completion;
  }
  completion.text = content->get<std::string>();
  return completion;
}

Result<Json> ReadAnswer(std::string_view text, std::string_view what) {
  if (const std::size_t thought = text.rfind(kThinkEnd); thought != std::string_view::npos) text.remove_prefix(thought + kThinkEnd.size());
  text = Trim(text);
  auto whole = ParseJson(text, what, kTeacherReplyBytesMax);
  if (whole.ok()) return whole;
  const std::string_view inside = Trim(WithoutFence(text));
  if (inside.size() == text.size()) return whole;
  return ParseJson(inside, what, kTeacherReplyBytesMax);
}

std::optional<std::string> OutputText(const Json& value) {
  if (value.is_string()) return std::string(Trim(value.get_ref<const std::string&>()));
  if (value.is_object() || value.is_array() || value.is_number_integer() || value.is_boolean()) return WriteJson(value);
  return std::nullopt;
}

Result<AnsweredPairs> ReadPairs(std::string_view text) {
  const Json answer = PAW_TRY(ReadAnswer(text, "the pairs"));
  const Json* pairs = PAW_TRY(GetArray(answer, "pairs", "the pairs"));
  AnsweredPairs read;
  for (const Json& entry : *pairs) {
    if (read.pairs.size() == kTeacherRowsPerReplyMax) break;
    const Json* input = FindMember(entry, "input");
    const Json* output = FindMember(entry, "output");
    const std::optional<std::string> output_text = output != nullptr ? OutputText(*output) : std::nullopt;
    if (input == nullptr || !input->is_string() || !output_text) {
      ++read.malformed;
      continue;
    }
    Example pair;
    pair.input = input->get<std::string>();
    pair.output = *output_text;
    read.pairs.push_back(std::move(pair));
  }
  return read;
}

Result<std::map<std::size_t, std::string>> ReadOutputs(std::string_view text, std::size_t count) {
  const Json answer = PAW_TRY(ReadAnswer(text, "the outputs"));
  const Json* outputs = PAW_TRY(GetArray(answer, "outputs", "the outputs"));
  std::map<std::size_t, std::string> read;
  std::set<std::size_t> contradicted;
  for (const Json& entry : *outputs) {
    const auto number = FindInt(entry, "number", "the outputs");
    const Json* output = FindMember(entry, "output");
    const std::optional<std::string> output_text = output != nullptr ? OutputText(*output) : std::nullopt;
    if (!number.ok() || !*number || **number < 1 || **number > static_cast<std::int64_t>(count) || !output_text) continue;
    const auto [place, is_new] = read.try_emplace(static_cast<std::size_t>(**number), *output_text);
    if (!is_new && place->second != *output_text) contradicted.insert(place->first);
  }
  for (const std::size_t number : contradicted) read.erase(number);
  return read;
}

}  // namespace paw
