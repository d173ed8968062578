#include "fuzz/json_mutate.h"

#include <iterator>
#include <string>

namespace paw::fuzz {
namespace {

constexpr std::size_t kTextBytesMax = 20'000;  // of a text that is made longer

Json AnotherValue(Random& random) {
  switch (random.Below(12)) {
    case 0:
      return nullptr;
    case 1:
      return random.Below(2) == 0;
    case 2:
      return -1;
    case 3:
      return std::int64_t{1} << (20 + random.Below(43));
    case 4:
      return 1.5e300;
    case 5:
      return "";
    case 6:
      return std::string(1 + random.Below(kTextBytesMax), 'a');
    case 7:
      return "../up";
    case 8:
      return std::string("\0\n\x7f", 3);
    case 9:
      return Json::array();
    case 10:
      return Json::object();
    default:
      return random.Below(100);
  }
}

// Walks down at random: each step stops here one time in three, or where there is nothing below.
Json& PlaceIn(Json& value, Random& random) {
  Json* at = &value;
  while (at->is_structured() && !at->empty() && random.Below(3) != 0) {
    at = &*std::next(at->begin(), static_cast<std::ptrdiff_t>(random.Below(at->size())));
  }
  return *at;
}

void ChangeText(std::string& text, Random& random) {
  const std::size_t at = text.empty() ? 0 : random.Below(text.size());
  switch (random.Below(4)) {
    case 0:
      text.insert(at, 1, static_cast<char>(' ' + random.Below(95)));
      break;
    case 1:
      if (!text.empty()) text.erase(at, 1);
      break;
    case 2:
      text += text;
      break;
    default:
      text.resize(at);
  }
}

void ChangeOne(Json& document, Random& random) {
  Json& place = PlaceIn(document, random);
  const std::uint64_t what = random.Below(4);
  if (what == 0 && place.is_structured() && !place.empty()) {
    place.erase(std::next(place.begin(), static_cast<std::ptrdiff_t>(random.Below(place.size()))));
  } else if (what == 1 && place.is_string()) {
    ChangeText(place.get_ref<std::string&>(), random);
  } else if (what == 2 && place.is_number_integer()) {
    place = place.get<std::int64_t>() / 2 + (random.Below(2) == 0 ? 1 : -1);
  } else if (what == 3 && place.is_array() && !place.empty()) {
    place.push_back(place[random.Below(place.size())]);
  } else {
    place = AnotherValue(random);
  }
}

}  // namespace

Bytes BytesOfText(std::string_view text) {
  const auto view = std::as_bytes(std::span(text.data(), text.size()));
  return Bytes(view.begin(), view.end());
}

Bytes MutateJson(Json document, Random& random) {
  const std::uint64_t changes = 1 + random.Below(3);
  for (std::uint64_t i = 0; i < changes; ++i) ChangeOne(document, random);
  return BytesOfText(WriteJson(document));
}

Bytes MutateJsonText(const Sample& sample, Random& random) {
  const auto* text = reinterpret_cast<const char*>(sample.bytes.data());
  if (random.Below(2) == 0) return Mutate(sample, std::span(&sample, 1), random);
  return MutateJson(Json::parse(text, text + sample.bytes.size()), random);
}

}  // namespace paw::fuzz
