// Part of the build: the engine's script as byte code, so that a picture need not wait for 700 kB to be parsed.
// usage: compile_engine SCRIPT OUTPUT
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <duktape.h>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::ifstream file(argv[1], std::ios::binary);
  const std::string script{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  duk_context* const engine = duk_create_heap_default();
  if (duk_pcompile_lstring(engine, 0, script.data(), script.size()) != 0) {
    std::fprintf(stderr, "%s: %s\n", argv[1], duk_safe_to_string(engine, -1));
    return 1;
  }
  duk_dump_function(engine);
  duk_size_t size = 0;
  const void* const code = duk_get_buffer_data(engine, -1, &size);
  std::ofstream out(argv[2], std::ios::binary);
  out.write(static_cast<const char*>(code), static_cast<std::streamsize>(size)).flush();
  duk_destroy_heap(engine);
  return out ? 0 : 1;
}
