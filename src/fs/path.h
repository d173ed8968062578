// Path text: joining and taking apart with '/' only; nothing here looks at a disk.
//
// Thread rule: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace paw {

std::string JoinPath(std::string_view folder, std::string_view name);  // ("a", "b") and ("a/", "b") give "a/b"; ("", "b") gives "b"
std::string ParentOf(std::string_view path);                           // "/a/b" -> "/a"; "/a" -> "/"; "a" -> "."
std::string NameOf(std::string_view path);                             // "/a/b.paw" -> "b.paw"

}  // namespace paw
