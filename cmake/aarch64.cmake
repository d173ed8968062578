# Cross-building for 64-bit Arm with Debian's g++-aarch64-linux-gnu; test programs run under qemu-user (QEMU_CPU names the chip).
#   cmake --preset arm64   the engine, the mapper and the trainer with their tests, into build-arm64/
#   -DPAW_ARM64_ROOT=DIR   the libraries of that machine, in Debian's layout; without it scripts/arm64_root.py unpacks them
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)

set(PAW_ARM64_ROOT "" CACHE PATH "Arm libraries, in Debian's layout")
if(NOT IS_DIRECTORY "${PAW_ARM64_ROOT}")
  execute_process(COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/../scripts/arm64_root.py
    OUTPUT_VARIABLE arm64_root RESULT_VARIABLE arm64_result OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT arm64_result EQUAL 0)
    message(FATAL_ERROR "the Arm libraries are not available; the line above says why (scripts/arm64_root.py)")
  endif()
  set(PAW_ARM64_ROOT ${arm64_root} CACHE PATH "" FORCE)
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES PAW_ARM64_ROOT)
set(CMAKE_CXX_FLAGS_INIT "-isystem ${PAW_ARM64_ROOT}/usr/include/aarch64-linux-gnu")

set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH ${PAW_ARM64_ROOT} /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${PAW_ARM64_ROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${PAW_ARM64_ROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${PAW_ARM64_ROOT}/usr/share/pkgconfig)
