# Target paw_llama: llama.cpp and ggml as static libraries, built once a machine into a cache outside the tree by
# scripts/llamacpp.py (which holds the pin: package, version, sha256). The sanitizer presets link the same libraries.
#   -DPAW_LLAMA_CPP_DIR=DIR          your own llama.cpp source
#   -DPAW_LLAMA_CMAKE_ARGS="-D..."   more options of its build, e.g. -DGGML_VULKAN=ON
#   -DPAW_LLAMA_LINK_LIBS="..."      what that back-end has to be linked with, e.g. vulkan
set(PAW_LLAMA_CMAKE_ARGS "" CACHE STRING "more CMake arguments for the build of llama.cpp (list)")
set(PAW_LLAMA_LINK_LIBS "" CACHE STRING "more libraries that its back-ends need (list)")
find_program(PAW_PYTHON python3 REQUIRED)

set(llama_command ${PAW_PYTHON} ${CMAKE_SOURCE_DIR}/scripts/llamacpp.py)
if(PAW_LLAMA_CPP_DIR)
  list(APPEND llama_command --source ${PAW_LLAMA_CPP_DIR})
endif()
foreach(argument IN LISTS PAW_LLAMA_CMAKE_ARGS)
  list(APPEND llama_command --flag=${argument})
endforeach()
execute_process(COMMAND ${llama_command} OUTPUT_VARIABLE llama_folder RESULT_VARIABLE llama_result OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT llama_result EQUAL 0)
  message(FATAL_ERROR "llama.cpp is not available; the line above says why (scripts/llamacpp.py)")
endif()
message(STATUS "llama.cpp: ${llama_folder}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scripts/llamacpp.py)

# The libraries refer to each other in both directions: one link group.
file(GLOB llama_ggml_libraries ${llama_folder}/lib/libggml*.a)
add_library(paw_llama INTERFACE)
target_include_directories(paw_llama SYSTEM INTERFACE ${llama_folder}/include)
target_link_libraries(paw_llama INTERFACE
  -Wl,--start-group ${llama_folder}/lib/libllama.a ${llama_ggml_libraries} -Wl,--end-group
  ${PAW_LLAMA_LINK_LIBS} Threads::Threads ${CMAKE_DL_LIBS})
