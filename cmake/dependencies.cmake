# Where the three libraries come from; the first that is there is taken:
#   1. $STROP_DEPS/<name>, which scripts/toolchain sets where the libraries' home pages cannot be reached
#   2. an installed package (find_package), except when building for wasm: it would be for another machine
#   3. the library's home page
include(FetchContent)

macro(strop_dependency name folder)
  string(TOUPPER ${name} upper)
  if(EXISTS "$ENV{STROP_DEPS}/${folder}/CMakeLists.txt" AND NOT DEFINED FETCHCONTENT_SOURCE_DIR_${upper})
    set(FETCHCONTENT_SOURCE_DIR_${upper} "$ENV{STROP_DEPS}/${folder}" CACHE PATH "where the sources of ${name} are")
  endif()
  FetchContent_Declare(${name} ${ARGN})
endmacro()

strop_dependency(nlohmann_json nlohmann_json
  URL https://github.com/nlohmann/json/releases/download/v3.11.3/json.tar.xz
  SYSTEM FIND_PACKAGE_ARGS 3.11)
strop_dependency(fmt fmt
  URL https://github.com/fmtlib/fmt/archive/refs/tags/10.1.1.tar.gz
  SYSTEM FIND_PACKAGE_ARGS 10)
FetchContent_MakeAvailable(nlohmann_json fmt)

if(STROP_TESTS)
  strop_dependency(Catch2 catch2
    URL https://github.com/catchorg/Catch2/archive/refs/tags/v3.7.1.tar.gz
    # This folder has no CMakeLists.txt, so the files are only fetched. Its one source file builds
    # much sooner than the hundred of Catch2's own build.
    SOURCE_SUBDIR extras
    SYSTEM FIND_PACKAGE_ARGS 3.4)
  FetchContent_MakeAvailable(Catch2)
  if(NOT TARGET Catch2::Catch2WithMain)
    file(CONFIGURE OUTPUT catch2-include/catch2/catch_all.hpp CONTENT "#include <catch_amalgamated.hpp>\n")
    add_library(catch2_with_main STATIC "${catch2_SOURCE_DIR}/extras/catch_amalgamated.cpp")
    target_include_directories(catch2_with_main SYSTEM PUBLIC
      "${catch2_SOURCE_DIR}/extras" "${CMAKE_CURRENT_BINARY_DIR}/catch2-include")
    add_library(Catch2::Catch2WithMain ALIAS catch2_with_main)
  endif()
endif()
