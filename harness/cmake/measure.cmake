# The targets measure-<preset>, which the workflow presets build: the command of the README on the binary that was just built.
foreach(preset IN ITEMS quick standard full lock_granularity false_sharing contention waiting pools ipc
        instrument)
  add_custom_target(measure-${preset}
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/latchmark run ${preset} --bench $<TARGET_FILE:latchmark-bench>
    USES_TERMINAL VERBATIM)
  add_dependencies(measure-${preset} latchmark-bench)
endforeach()
