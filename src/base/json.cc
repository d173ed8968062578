#include "base/json.h"

#include <set>
#include <utility>

#include "base/text.h"

namespace paw {
namespace {

// Walks the document without building it and stops at the first thing that ParseJson refuses.
class StrictCheck {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(number_integer_t) { return true; }
  bool number_unsigned(number_unsigned_t) { return true; }
  bool number_float(number_float_t, const string_t&) { return true; }
  bool string(string_t&) { return true; }
  bool binary(binary_t&) { return true; }

  bool start_object(std::size_t) { return Enter(); }
  bool start_array(std::size_t) { return Enter(); }
  bool end_object() { return Leave(); }
  bool end_array() { return Leave(); }

  bool key(string_t& name) {
    if (keys_.back().insert(name).second) return true;
    error_ = "found the key " + Quoted(name) + " twice, expected each key once";
    return false;
  }

  bool parse_error(std::size_t position, const std::string& last_token, const nlohmann::detail::exception&) {
    error_ = "found " + Quoted(last_token, 40) + " at byte " + std::to_string(position) + ", expected JSON";
    return false;
  }

  const std::string& error() const { return error_; }

 private:
  bool Enter() {
    keys_.emplace_back();
    if (keys_.size() <= kJsonDepthMax) return true;
    error_ = "found nesting deeper than " + std::to_string(kJsonDepthMax) + ", expected at most that";
    return false;
  }
  bool Leave() {
    keys_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> keys_;  // of the objects and arrays that are open
  std::string error_;
};

Status WrongType(std::string_view what, std::string_view key, const Json& found, std::string_view expected) {
  return Refused(std::string(what) + ": key " + Quoted(key) + ": found " + std::string(JsonTypeName(found)) + ", expected " +
                 std::string(expected));
}

template <typename T>
Result<std::optional<T>> Optional(const Json& object, std::string_view key, std::string_view what,
                                  Result<T> (*get)(const Json&, std::string_view, std::string_view)) {
  if (FindMember(object, key) == nullptr) return std::optional<T>();
  return std::optional<T>(PAW_TRY(get(object, key, what)));
}

}  // namespace

Result<Json> ParseJson(std::string_view text, std::string_view what, std::size_t bytes_max) {
  PAW_TRY(CheckText(text, bytes_max, what));  // the parser takes a NUL byte for the end
  if (text.starts_with("\xEF\xBB\xBF")) return Refused(std::string(what) + ": found a byte order mark, expected JSON without one");
  StrictCheck check;
  if (!Json::sax_parse(text.begin(), text.end(), &check)) return Refused(std::string(what) + ": " + check.error());
  Json value = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return Internal(std::string(what) + ": a document that passed the check did not parse");
  return value;
}

std::string WriteJson(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string WriteJsonIndented(const Json& value) { return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string_view JsonTypeName(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "null";
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "a boolean";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return "an integer";
    case Json::value_t::number_float:
      return "a fraction";
    default:
      return "something else";
  }
}

Result<const Json*> GetMember(const Json& object, std::string_view key, std::string_view what) {
  if (!object.is_object()) return Refused(std::string(what) + ": found " + std::string(JsonTypeName(object)) + ", expected an object");
  const auto found = object.find(key);
  if (found == object.end()) return Refused(std::string(what) + ": found no key " + Quoted(key) + ", expected one");
  return &*found;
}

const Json* FindMember(const Json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Result<std::string> GetString(const Json& object, std::string_view key, std::string_view what) {
  const Json* value = PAW_TRY(GetMember(object, key, what));
  if (!value->is_string()) return WrongType(what, key, *value, "a string");
  return value->get_ref<const std::string&>();
}

Result<std::int64_t> GetInt(const Json& object, std::string_view key, std::string_view what) {
  const Json* value = PAW_TRY(GetMember(object, key, what));
  if (!value->is_number_integer()) return WrongType(what, key, *value, "an integer");
  if (value->is_number_unsigned() && !std::in_range<std::int64_t>(value->get<std::uint64_t>())) {
    return Refused(std::string(what) + ": key " + Quoted(key) + ": found " + value->dump() + ", expected an integer of 64 bits");
  }
  return value->get<std::int64_t>();
}

Result<double> GetDouble(const Json& object, std::string_view key, std::string_view what) {
  const Json* value = PAW_TRY(GetMember(object, key, what));
  if (!value->is_number()) return WrongType(what, key, *value, "a number");
  return value->get<double>();
}

Result<bool> GetBool(const Json& object, std::string_view key, std::string_view what) {
  const Json* value = PAW_TRY(GetMember(object, key, what));
  if (!value->is_boolean()) return WrongType(what, key, *value, "a boolean");
  return value->get<bool>();
}

Result<const Json*> GetObject(const Json& object, std::string_view key, std::string_view what) {
  const Json* value = PAW_TRY(GetMember(object, key, what));
  if (!value->is_object()) return WrongType(what, key, *value, "an object");
  return value;
}

Result<const Json*> GetArray(const Json& object, std::string_view key, std::string_view what) {
  const Json* value = PAW_TRY(GetMember(object, key, what));
  if (!value->is_array()) return WrongType(what, key, *value, "an array");
  return value;
}

Result<std::vector<std::string>> GetStrings(const Json& object, std::string_view key, std::string_view what) {
  const Json* value = PAW_TRY(GetArray(object, key, what));
  std::vector<std::string> strings;
  strings.reserve(value->size());
  for (const Json& item : *value) {
    if (!item.is_string()) return WrongType(what, key, item, "an array of strings");
    strings.push_back(item.get_ref<const std::string&>());
  }
  return strings;
}

Result<std::optional<std::string>> FindString(const Json& object, std::string_view key, std::string_view what) {
  return Optional<std::string>(object, key, what, GetString);
}

Result<std::optional<std::int64_t>> FindInt(const Json& object, std::string_view key, std::string_view what) {
  return Optional<std::int64_t>(object, key, what, GetInt);
}

Result<std::optional<double>> FindDouble(const Json& object, std::string_view key, std::string_view what) {
  return Optional<double>(object, key, what, GetDouble);
}

Result<std::optional<bool>> FindBool(const Json& object, std::string_view key, std::string_view what) {
  return Optional<bool>(object, key, what, GetBool);
}

}  // namespace paw
