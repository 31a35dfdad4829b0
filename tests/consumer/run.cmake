# Installs the build tree BUILD, builds the project SOURCE against it with CXX, and runs both its programs.
set(prefix ${BUILD}/consumer/prefix)
set(work ${BUILD}/consumer/build)
file(REMOVE_RECURSE ${prefix} ${work})

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
file(GLOB_RECURSE headers RELATIVE ${prefix}/include ${prefix}/include/*)
foreach(header IN LISTS headers)
  if(NOT header MATCHES "^relia/.*[.]hpp$")
    message(FATAL_ERROR "installed, but not a public header: ${header}")
  endif()
endforeach()
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${work} -G Ninja -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${CXX}
  -DCMAKE_CXX_FLAGS=${CXX_FLAGS})
run(${CMAKE_COMMAND} --build ${work})
run(${work}/table_only)
execute_process(COMMAND ${work}/consumer OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
message(STATUS "consumer printed: ${printed}")
# Weibull on the 70 diesel fans: data/reference/certified/diesel_fan.weibull_2p.json.
if(NOT printed MATCHES "^shape 1[.]05845\nscale 26296[.]8\n$")
  message(FATAL_ERROR "unexpected numbers")
endif()
