# How a folder becomes a target, and the warnings every target of ours is built with.

add_library(house_warnings INTERFACE)
target_compile_options(house_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                $<$<BOOL:${CHANGEOVER_WERROR}>:-Werror>)
# GCC 12 sees an overlap in std::string where there is none when it optimises (GCC bug 105651).
target_compile_options(house_warnings INTERFACE $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-Wno-restrict>)

# With clang 19, std::stable_sort of libstdc++ 12 calls what that library itself calls deprecated.
target_compile_options(house_warnings INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

# The standard headers that nearly every file includes, read once; tests have GoogleTest's besides. They only save time:
# every file includes what it uses, which the presets without them (clang, tidy, release, ...) hold. Optimised, GCC 12
# takes the headers of a precompiled one for ours and warns in them.
option(CHANGEOVER_PCH "Precompile the headers that nearly every file includes" ON)
function(house_headers target headers)
  if(NOT CHANGEOVER_PCH)
    return()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${headers})
endfunction()
if(CHANGEOVER_PCH)
  set(house_standard_headers <algorithm> <array> <chrono> <coroutine> <cstdint> <functional> <map> <memory> <optional>
                             <set> <string> <string_view> <utility> <variant> <vector> <tl/expected.hpp>)
  file(WRITE ${PROJECT_BINARY_DIR}/generated/nothing.cpp "")
  add_library(house_standard STATIC ${PROJECT_BINARY_DIR}/generated/nothing.cpp)
  target_precompile_headers(house_standard PRIVATE ${house_standard_headers})
  target_link_libraries(house_standard PRIVATE house_warnings)
endif()

# Eight files at a time: most of the time goes into reading headers. The presets without it (clang, tidy, ...) hold that
# every file stands by itself. A coroutine's frame names what is in its file's unnamed namespace, and GCC takes the
# joined file for a header.
option(CHANGEOVER_UNITY "Compile files together" ON)
if(CHANGEOVER_UNITY)
  set(CMAKE_UNITY_BUILD ON)
  set(CMAKE_UNITY_BUILD_BATCH_SIZE 8)
  target_compile_options(house_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
# house_alone(files...): what has names in its unnamed namespace that others have in theirs.
function(house_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# house_library(NAME sources...): the static target of one folder; includes are written from the root.
function(house_library name)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE house_warnings)
  house_headers(${name} house_standard)
endfunction()

# house_program(NAME sources...)
function(house_program name)
  add_executable(${name} ${ARGN})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE house_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
endfunction()

# house_test(NAME SUITE [WHOLE] [ALONE] SOURCES files... LINK targets...): a GoogleTest program, labelled by suite; one
# ctest entry a test. WHOLE is for tests that take less time than starting the program: one entry for all, in random order.
# ALONE is for tests that measure time: nothing runs beside them.
function(house_test name suite)
  cmake_parse_arguments(PARSE_ARGV 2 test "WHOLE;ALONE" "TIMEOUT" "LINK;SOURCES")
  if(NOT test_TIMEOUT)
    set(test_TIMEOUT 60)
  endif()
  if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=")  # about ten times slower
    math(EXPR test_TIMEOUT "${test_TIMEOUT} * 10")
  endif()
  add_executable(${name} ${test_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/generated)
  target_link_libraries(${name} PRIVATE house_warnings ${test_LINK} GTest::gmock GTest::gtest_main)
  house_headers(${name} house_testing)
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)  # fixtures repeat each other's names
  if(test_WHOLE)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 --gtest_shuffle)
    set_tests_properties(${name} PROPERTIES LABELS ${suite} TIMEOUT ${test_TIMEOUT})
    return()
  endif()
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ${suite} TIMEOUT ${test_TIMEOUT} RUN_SERIAL ${test_ALONE})
endfunction()
