# One library of ours: every .cpp below the calling directory, the public headers of its include/ as a file set,
# private headers by repository-root path, warnings on, installed and exported as relia::<name>.
function(relia_library name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.hpp)
  add_library(relia_${name} ${sources})
  add_library(relia::${name} ALIAS relia_${name})
  target_sources(relia_${name} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
  target_include_directories(relia_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_features(relia_${name} PUBLIC cxx_std_20)
  target_link_libraries(relia_${name} PRIVATE $<BUILD_INTERFACE:relia_warnings>)
  set_target_properties(relia_${name} PROPERTIES EXPORT_NAME ${name} VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  install(TARGETS relia_${name} EXPORT relia-targets FILE_SET HEADERS)
endfunction()
