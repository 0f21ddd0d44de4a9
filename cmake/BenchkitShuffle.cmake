# Writes a linker script that puts a program's functions in an order drawn by NUMBER: cmake -DMAP=FILE -DNUMBER=N -DOUTPUT=FILE -P BenchkitShuffle.cmake
#
# MAP is the map that the linker wrote of the program as it is: it names the section of every function (-ffunction-sections). A name's place is its
# digest's, with the number in it: the same on every machine, and another one for each number. Code that was not compiled so has one section a file;
# it stays in its order, but is moved by a part of a page. Rarely run code (.text.unlikely and the like) stays where the linker puts it. INSERT keeps the linker's own
# script for the rest; GNU ld and lld know it, gold does not.
file(STRINGS "${MAP}" lines REGEX "^ \\.text\\.[A-Za-z_]")
set(places "")
foreach(line IN LISTS lines)
  string(REGEX MATCH "\\.text\\.[^ ]+" section "${line}")
  if(section MATCHES "^\\.text\\.(unlikely|hot|startup|exit|sorted)(\\.|$)")
    continue()
  endif()
  string(MD5 place "${NUMBER} ${section}")
  list(APPEND places "${place} ${section}")
endforeach()
if(NOT places)
  message(FATAL_ERROR "${MAP}: no section of a single function: is the code compiled with -ffunction-sections?")
endif()
list(REMOVE_DUPLICATES places)
list(SORT places)
set(script "SECTIONS\n{\n  .text.layout :\n  {\n")
foreach(place IN LISTS places)
  string(SUBSTRING "${place}" 33 -1 section)
  string(APPEND script "    *(${section})\n")
endforeach()
string(MD5 digest "${NUMBER}")
string(SUBSTRING "${digest}" 0 2 byte)
math(EXPR shift "(0x${byte} % 64) * 64")
string(APPEND script "    . = . + ${shift};\n  }\n}\nINSERT BEFORE .text;\n")
file(WRITE "${OUTPUT}" "${script}")
