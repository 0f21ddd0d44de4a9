// Loads its companion by name; only this object's RUNPATH says where it is.
#include <dlfcn.h>

extern "C" int victim_ask() {
  void* const companion = dlopen("victim_companion.so", RTLD_NOW);
  if (companion == nullptr) return -1;
  const auto answer = reinterpret_cast<int (*)()>(dlsym(companion, "victim_answer"));
  return answer != nullptr ? answer() : -2;
}
