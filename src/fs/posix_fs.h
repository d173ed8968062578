// PosixFs: the real files, clock and locks of this machine. fsync, rename(2), flock(2), mmap(2).
//
// Thread rule: one shared instance serves all threads. Reads of pipes and devices are allowed up to the limit given.
#pragma once

#include "fs/fs.h"

namespace paw {

// The process's one real Fs. It holds no state beyond a counter.
Fs& PosixFs();

// The path from the root, links resolved. kNotFound when there is nothing.
Result<std::string> AbsolutePath(const std::string& path);

}  // namespace paw
