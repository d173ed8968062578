// JSON from outside, parsed strictly; JSON of ours, written the same way every time.
//
//   Json meta = PAW_TRY(ParseJson(text, "meta.json of x.paw"));
//   std::string id = PAW_TRY(GetString(meta, "program_id", "meta.json of x.paw"));
//
// ParseJson refuses: more than bytes_max bytes, nesting deeper than kJsonDepthMax, a key twice in one object, invalid UTF-8, a number
// outside double, a byte order mark, anything after the value. Getters refuse a missing key and a value of another type, with the key.
// Thread rule: pure functions. Header cost: this one pulls in nlohmann/json.hpp; include it from .cc files where you can.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/limits.h"
#include "paw/status.h"

namespace paw {

using Json = nlohmann::json;  // objects are std::map: keys come out sorted

Result<Json> ParseJson(std::string_view text, std::string_view what, std::size_t bytes_max = kJsonBytesMax);

// Compact, keys sorted, floating point numbers in the shortest form that reads back the same. Invalid UTF-8 inside a string becomes
// U+FFFD (text from outside was refused before it came here); NaN and infinities become null.
std::string WriteJson(const Json& value);
// The same with two spaces of indentation and a final line end, for files that people read.
std::string WriteJsonIndented(const Json& value);

// "object", "string", "integer", ...: for messages.
std::string_view JsonTypeName(const Json& value);

// The member of an object; kRefused when `object` is not one or lacks the key.
Result<const Json*> GetMember(const Json& object, std::string_view key, std::string_view what);
// Null when `object` is no object, lacks the key, or has null there.
const Json* FindMember(const Json& object, std::string_view key);

Result<std::string> GetString(const Json& object, std::string_view key, std::string_view what);
Result<std::int64_t> GetInt(const Json& object, std::string_view key, std::string_view what);  // integers only, no 3.0
Result<double> GetDouble(const Json& object, std::string_view key, std::string_view what);     // any number
Result<bool> GetBool(const Json& object, std::string_view key, std::string_view what);
Result<const Json*> GetObject(const Json& object, std::string_view key, std::string_view what);
Result<const Json*> GetArray(const Json& object, std::string_view key, std::string_view what);
Result<std::vector<std::string>> GetStrings(const Json& object, std::string_view key, std::string_view what);

// The same, but a key that is absent or null gives nullopt; another type is still refused.
Result<std::optional<std::string>> FindString(const Json& object, std::string_view key, std::string_view what);
Result<std::optional<std::int64_t>> FindInt(const Json& object, std::string_view key, std::string_view what);
Result<std::optional<double>> FindDouble(const Json& object, std::string_view key, std::string_view what);
Result<std::optional<bool>> FindBool(const Json& object, std::string_view key, std::string_view what);

}  // namespace paw
