# Target paw_torch: libtorch from the folder of a torch package (a wheel's `torch` folder, or /usr with Debian's libtorch-dev).
#   -DPAW_TORCH_DIR=DIR   e.g. $(python3 -c "import torch, os; print(os.path.dirname(torch.__file__))")
#
# Not find_package(Torch): a wheel that was built with CUDA wants a CUDA toolkit through it, and we compile no CUDA ourselves. Whatever
# devices the libraries bring are there at run time.
set(PAW_TORCH_DIR "" CACHE PATH "the folder of a torch package: include/ and lib/")
if(NOT PAW_TORCH_DIR)
  message(FATAL_ERROR "PAW_TORCH=ON: found no PAW_TORCH_DIR, expected the folder of a torch package")
endif()
find_path(torch_include ATen/ATen.h HINTS ${PAW_TORCH_DIR}/include NO_CACHE REQUIRED)
foreach(library torch torch_cpu c10)
  find_library(torch_library_${library} ${library} HINTS ${PAW_TORCH_DIR}/lib NO_CACHE REQUIRED)
endforeach()
# Text crosses between paw and torch: both have to have the same std::string.
file(STRINGS ${torch_library_c10} torch_new_abi REGEX "__cxx11" LIMIT_COUNT 1)
if(NOT torch_new_abi)
  message(FATAL_ERROR "PAW_TORCH_DIR=${PAW_TORCH_DIR}: found a torch of the C++ ABI before 2015, expected one of the current ABI (2.7 or later from PyPI, or Debian's)")
endif()
get_filename_component(torch_folder ${torch_library_torch} DIRECTORY)
message(STATUS "libtorch: ${torch_folder}")
add_library(paw_torch INTERFACE)
target_include_directories(paw_torch SYSTEM INTERFACE ${torch_include} ${torch_include}/torch/csrc/api/include)
# libtorch.so has no symbols of its own but loads libtorch_cuda.so where there is one; that one's own needs are found through its RPATH,
# which the linker does not follow.
target_link_libraries(paw_torch INTERFACE
  -Wl,--no-as-needed ${torch_library_torch} -Wl,--as-needed ${torch_library_torch_cpu} ${torch_library_c10} -Wl,--allow-shlib-undefined)
