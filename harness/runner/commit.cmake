# Writes the commit into a source file, touching it only when it has changed. Run at every build:
# cmake -DSOURCE_DIR=... -DOUTPUT=... -P commit.cmake
find_program(GIT git)
set(commit "unknown")
if(GIT)
  # A read of the work tree must not take git's locks away from the person at work.
  execute_process(
    COMMAND ${GIT} --no-optional-locks describe --always --dirty --abbrev=12 --exclude=*
    WORKING_DIRECTORY ${SOURCE_DIR} OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(NOT failed AND described)
    set(commit "${described}")
  endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#include "harness/runner/build_facts.hpp"

const char* latchmark::runner::build::commit() { return "@commit@"; }
]])
