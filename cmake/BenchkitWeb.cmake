# What is made of web/ at build time, by Node: the drawing engine's script (BenchkitDrawing) and the report's page (BenchkitReport). The lock file says of which
# packages. Sets BENCHKIT_WEB where it can be made.
find_program(BENCHKIT_NODE node HINTS "${PROJECT_SOURCE_DIR}/.venv/bin")
find_program(BENCHKIT_NPM npm HINTS "${PROJECT_SOURCE_DIR}/.venv/bin")
set(BENCHKIT_WEB OFF)
if(BENCHKIT_NODE AND BENCHKIT_NPM)
  set(BENCHKIT_WEB ON)
  set(_web "${PROJECT_SOURCE_DIR}/web")
  set(_packages "${_web}/node_modules/.package-lock.json")
  add_custom_command(OUTPUT "${_packages}"
                     COMMAND "${BENCHKIT_NPM}" ci --ignore-scripts --no-audit --no-fund --silent && "${CMAKE_COMMAND}" -E touch "${_packages}"
                     DEPENDS "${_web}/package-lock.json" WORKING_DIRECTORY "${_web}" VERBATIM COMMENT "The packages of web/ (npm ci)")
  add_custom_target(benchkit_web_packages DEPENDS "${_packages}")
endif()
