# Files as constants of the program: for every NAME=FILE a std::string_view kNAME in `namespace relia::io::assets`,
# declared by hand in a header and defined in a generated source of TARGET.
function(relia_embed target output)
  set(text "// Made by CMake from files of the repository.\n#include <string_view>\n\nnamespace relia::io::assets {\n")
  foreach(pair IN LISTS ARGN)
    string(REGEX MATCH "^([^=]+)=(.*)$" ignored "${pair}")
    set(name ${CMAKE_MATCH_1})
    set(file ${CMAKE_MATCH_2})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND text "namespace {\nconstexpr unsigned char bytes_of_${name}[] = {${bytes}0};\n}\n"
      "extern const std::string_view ${name};\n"
      "const std::string_view ${name}{reinterpret_cast<const char*>(bytes_of_${name}), sizeof(bytes_of_${name}) - 1};\n")
  endforeach()
  string(APPEND text "}  // namespace relia::io::assets\n")
  file(CONFIGURE OUTPUT ${output} CONTENT "${text}" @ONLY NEWLINE_STYLE UNIX)
  target_sources(${target} PRIVATE ${output})
endfunction()
