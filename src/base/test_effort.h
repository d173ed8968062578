// How much a test does where it is run by an emulator (PAW_TEST_EMULATED is set, by `./dev test --arm`): some twenty times slower there.
#pragma once

#include <cstdlib>

namespace paw {

inline int TestEffort(int full, int emulated) { return std::getenv("PAW_TEST_EMULATED") == nullptr ? full : emulated; }

}  // namespace paw
